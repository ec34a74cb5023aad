// The form in front of the private pages: it logs in, or makes an account and then logs in.

import { useEffect, useId, useRef, useState } from "react";
import { useAuth } from "./auth.jsx";
import { takeFocus } from "./focus.js";

const FIELDS = ["username", "password"];

export function LoginForm() {
  const { hasEnded, logIn, signUp } = useAuth();
  const [isNew, setIsNew] = useState(false); // the user has no account yet
  const [isShown, setIsShown] = useState(false); // the password
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState("");
  const form = useRef(null);

  useEffect(() => takeFocus(form.current.elements.username), [isNew]);

  async function submit(event) {
    event.preventDefault();
    if (isPending) return;
    const { username, password } = Object.fromEntries(new FormData(event.target));
    setIsPending(true);
    setError("");
    try {
      await (isNew ? signUp : logIn)(username, password);
    } catch (problem) {
      setError(problem.message);
      const field = form.current?.elements[fieldOf(problem.message)];
      if (field) takeFocus(field);
    }
    setIsPending(false);
  }

  function change() {
    setIsNew(!isNew);
    setError("");
  }

  const errorOf = (name) => (fieldOf(error) === name ? error : "");
  const notice = hasEnded && !isNew ? "Your session has ended. Please log in again." : "";
  const title = isNew ? "Sign up" : "Log in";
  const pendingTitle = isNew ? "Signing up …" : "Logging in …";
  return (
    <form ref={form} onSubmit={submit}>
      <h2 tabIndex={-1}>{title}</h2>
      <Alert>{error ? "" : notice}</Alert>
      <Field label="Username" name="username" autoComplete="username" error={errorOf("username")} />
      <Field
        label="Password"
        name="password"
        type={isShown ? "text" : "password"}
        autoComplete={isNew ? "new-password" : "current-password"}
        error={errorOf("password")}
      />
      <Alert>{fieldOf(error) ? "" : error}</Alert>
      <p className="actions">
        <button aria-disabled={isPending}>{isPending ? pendingTitle : title}</button>
        <button type="button" className="quiet" onClick={() => setIsShown(!isShown)}>
          {isShown ? "Hide password" : "Show password"}
        </button>
      </p>
      <p className="actions">
        {isNew ? "You have an account?" : "No account yet?"}
        <button type="button" className="quiet" onClick={change}>
          {isNew ? "Log in" : "Sign up"}
        </button>
      </p>
    </form>
  );
}

/** A labelled input, and below it the sentence that says what is wrong with it. */
export function Field({ label, error, ...input }) {
  const id = useId();
  return (
    <>
      <label>
        {label}{" "}
        <input required aria-invalid={error !== ""} aria-describedby={error ? id : undefined} {...input} />
      </label>
      <Alert id={id}>{error}</Alert>
    </>
  );
}

export function Alert({ id, children }) {
  return (
    children && (
      <p role="alert" id={id}>
        {children}
      </p>
    )
  );
}

/** The field that a sentence of the API is about. */
function fieldOf(message) {
  return FIELDS.find((name) => message.includes(name));
}

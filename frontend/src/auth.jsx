// Who is logged in: one answer for all components, kept in a context.

import { createContext, Fragment, useContext, useState, useSyncExternalStore } from "react";
import { login, onTokenChange, readToken, storeToken } from "./api.js";

const AuthContext = createContext(null);

/** Gives everything inside it `useAuth`. The token lives in localStorage, so a reload and other tabs see the same. */
export function AuthProvider({ children }) {
  const token = useSyncExternalStore(onTokenChange, readToken);
  const auth = { token, logIn: login, logOut: () => storeToken(null) };
  return <AuthContext.Provider value={auth}>{children}</AuthContext.Provider>;
}

/** { token, logIn(username, password), logOut() }. The token is null when nobody is logged in. */
export function useAuth() {
  const auth = useContext(AuthContext);
  if (auth === null) throw new Error("useAuth needs an AuthProvider around the component");
  return auth;
}

/**
 * Shows its children to who is logged in, and the login form in their place to everybody else.
 * Nothing moves, so after the login the page is there that was asked for.
 * This is a convenience for honest users. What must stay secret is protected by the server.
 */
export function RequireAuth({ children }) {
  const { token } = useAuth();
  if (token === null) return <LoginForm />;
  // Another token may be another user: what the children remember must not stay.
  return <Fragment key={token}>{children}</Fragment>;
}

export function LoginForm() {
  const { logIn } = useAuth();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState("");

  async function submit(event) {
    event.preventDefault();
    const { username, password } = Object.fromEntries(new FormData(event.target));
    setPending(true);
    setError("");
    try {
      await logIn(username, password);
    } catch (problem) {
      setError(problem.message);
    }
    setPending(false);
  }

  return (
    <form onSubmit={submit} aria-label="Log in">
      <h2>Log in</h2>
      <label>
        Username <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button disabled={pending}>{pending ? "Logging in …" : "Log in"}</button>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}

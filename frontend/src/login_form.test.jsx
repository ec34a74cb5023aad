import { cleanup, render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readSession, setBaseUrl } from "./api.js";
import { AuthProvider, RequireAuth } from "./auth.jsx";
import { fakeServer, now, tokenWith } from "./fake_server.js";
import { LoginForm } from "./login_form.jsx";

const TOKEN = tokenWith({ sub: "3", exp: now() + 900 });
let user;

beforeEach(() => {
  localStorage.clear();
  setBaseUrl("http://api");
  user = userEvent.setup();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(around) {
  return render(
    <>
      {around}
      <AuthProvider>
        <div className="app">
          <RequireAuth fallback={<LoginForm />}>Welcome</RequireAuth>
        </div>
      </AuthProvider>
    </>,
  );
}

function click(name) {
  return user.click(screen.getByRole("button", { name }));
}

async function fill(username, password) {
  await user.type(screen.getByLabelText("Username"), username);
  await user.type(screen.getByLabelText("Password"), password);
}

test("a sign-up makes an account and logs in", async () => {
  const sent = fakeServer({ "POST /users": [201, {}], "POST /token": [200, { token: TOKEN }] });
  open();
  await click("Sign up");
  expect(screen.getByRole("heading").textContent).toBe("Sign up");
  await fill("cleo", "long enough");
  await click("Sign up");
  expect(await screen.findByText("Welcome")).toBeDefined();
  expect(sent.map(({ path }) => path)).toEqual(["/users", "/token"]);
  expect(readSession()).toBe(TOKEN);
});

test.each([
  [409, "The username is taken.", "Username"],
  [400, "The field username must have 1 to 80 characters.", "Username"],
  [400, "The field password must have 8 to 128 characters.", "Password"],
])("after %i the sentence %j stands at its field, which has the focus", async (status, msg, label) => {
  fakeServer({ "POST /users": [status, { msg }] });
  open();
  await click("Sign up");
  await fill("ana", "x");
  await click("Sign up");
  const alert = await screen.findByRole("alert");
  const field = screen.getByLabelText(label);
  expect(alert.textContent).toBe(msg);
  expect(field.getAttribute("aria-describedby")).toBe(alert.id);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  await waitFor(() => expect(document.activeElement).toBe(field));
  expect(field.value).not.toBe("");
});

test("an impatient user signs up once", async () => {
  let answer;
  const sent = fakeServer({ "POST /users": () => new Promise((resolve) => (answer = resolve)) });
  open();
  await click("Sign up");
  await fill("cleo", "long enough");
  await user.dblClick(screen.getByRole("button", { name: "Sign up" }));
  await click("Signing up …");
  expect(sent).toHaveLength(1);
  expect(document.activeElement).not.toBe(document.body);
  answer([409, { msg: "The username is taken." }]);
  expect(await screen.findByRole("alert")).toBeDefined();
});

test("between logging in and signing up nothing typed is lost, and an old error goes", async () => {
  fakeServer({ "POST /token": [401, {}] });
  open();
  await fill("cleo", "long enough");
  await click("Log in");
  await screen.findByRole("alert");
  await click("Sign up");
  expect(screen.queryByRole("alert")).toBe(null);
  expect(screen.getByLabelText("Username").value).toBe("cleo");
  expect(screen.getByLabelText("Password").value).toBe("long enough");
  expect(screen.getByLabelText("Password").autocomplete).toBe("new-password");
  await click("Log in");
  expect(screen.getByLabelText("Password").autocomplete).toBe("current-password");
});

test("the password can be shown and hidden, and nothing is sent by that", async () => {
  const sent = fakeServer({});
  open();
  await fill("ana", "open sesame");
  await click("Show password");
  expect(screen.getByLabelText("Password").type).toBe("text");
  await click("Hide password");
  expect(screen.getByLabelText("Password").type).toBe("password");
  expect(screen.getByLabelText("Password").value).toBe("open sesame");
  expect(sent).toEqual([]);
});

test("the first field has the focus when a form appears", async () => {
  open();
  expect(document.activeElement).toBe(screen.getByLabelText("Username"));
  await click("Sign up");
  expect(document.activeElement).toBe(screen.getByLabelText("Username"));
});

test("the form takes the focus from nobody who works elsewhere on the page", () => {
  open(<input autoFocus aria-label="a cell of the notebook" />);
  expect(document.activeElement).toBe(screen.getByLabelText("a cell of the notebook"));
});

import { act, cleanup, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setBaseUrl } from "./api.js";
import { AuthProvider, RequireAuth, useAuth } from "./auth.jsx";
import { LoginForm } from "./login_form.jsx";
import { fakeServer, now, serverIsDown, storeFromOutside, tokenWith } from "./fake_server.js";
import { storeTokens } from "./tokens.js";

const OF_ANA = tokenWith({ sub: "1", exp: now() + 900 });
const OF_BRUNO = tokenWith({ sub: "2", exp: now() + 900 });
let user;

beforeEach(() => {
  localStorage.clear();
  setBaseUrl("http://api");
  user = userEvent.setup();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function Private() {
  const { logOut } = useAuth();
  const [note, setNote] = useState("");
  return (
    <>
      <label>
        Note <input value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <button onClick={logOut}>Log out</button>
    </>
  );
}

function open(token) {
  if (token) storeTokens({ token: token });
  render(
    <AuthProvider>
      <RequireAuth fallback={<LoginForm />}>
        <Private />
      </RequireAuth>
    </AuthProvider>,
  );
}

async function logIn(password = "open sesame") {
  await user.clear(screen.getByLabelText("Username"));
  await user.type(screen.getByLabelText("Username"), "ana");
  await user.clear(screen.getByLabelText("Password"));
  await user.type(screen.getByLabelText("Password"), password);
  await user.click(screen.getByRole("button", { name: "Log in" }));
}

function inAnotherTab(change) {
  act(() => {
    change();
    window.dispatchEvent(new StorageEvent("storage"));
  });
}

test("useAuth without a provider names the repair", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  expect(() => render(<Private />)).toThrow(/AuthProvider/);
});

test("who has a token sees the private page", () => {
  open(OF_ANA);
  expect(screen.getByLabelText("Note")).toBeDefined();
  expect(screen.queryByLabelText("Password")).toBe(null);
});

test.each([
  ["nobody", null],
  ["who has an expired token", tokenWith({ exp: now() - 1 })],
])("%s sees the form and nothing private", (_, token) => {
  open(token);
  expect(screen.getByLabelText("Password").type).toBe("password");
  expect(screen.queryByLabelText("Note")).toBe(null);
});

test("a login opens the private page, a log-out closes it and forgets the token", async () => {
  const sent = fakeServer({ "POST /token": [200, { token: OF_ANA }] });
  open();
  await logIn();
  await user.click(await screen.findByRole("button", { name: "Log out" }));
  expect(screen.getByLabelText("Password")).toBeDefined();
  expect(localStorage.length).toBe(0);
  expect(sent.map(({ body }) => body)).toEqual([{ username: "ana", password: "open sesame" }]);
});

test("the browser does not send the form itself, so no password stands in the address", async () => {
  serverIsDown();
  open();
  let prevented;
  window.addEventListener("submit", (event) => (prevented = event.defaultPrevented), { once: true });
  await logIn();
  expect(prevented).toBe(true);
});

test("a failed login shows an alert, and the next try takes it away", async () => {
  fakeServer({
    "POST /token": ({ body }) => (body.password === "wrong" ? [401, {}] : new Promise(() => {})),
  });
  open();
  await logIn("wrong");
  expect((await screen.findByRole("alert")).textContent).toBe("Invalid credentials");
  expect(screen.getByLabelText("Username").value).toBe("ana");
  await logIn();
  expect(screen.queryByRole("alert")).toBe(null);
});

test("without a server the alert says so", async () => {
  serverIsDown();
  open();
  await logIn();
  expect((await screen.findByRole("alert")).textContent).toBe("Server not reachable");
  expect(screen.getByRole("button", { name: "Log in" }).getAttribute("aria-disabled")).toBe("false");
});

test("while the login runs the button waits, and nothing is sent twice", async () => {
  let answer;
  const sent = fakeServer({ "POST /token": () => new Promise((resolve) => (answer = resolve)) });
  open();
  await logIn();
  const button = screen.getByRole("button", { name: /Logging in/ });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  await user.click(button);
  await user.type(screen.getByLabelText("Password"), "{Enter}");
  expect(sent.length).toBe(1);
  answer([200, { token: OF_ANA }]);
  expect(await screen.findByLabelText("Note")).toBeDefined();
});

test.each(["Username", "Password"])("without the other field, %s is not sent", async (name) => {
  const sent = fakeServer({});
  open();
  await user.type(screen.getByLabelText(name), "x");
  await user.click(screen.getByRole("button", { name: "Log in" }));
  expect(sent).toEqual([]);
});

test("a log-out in another tab closes the page here", () => {
  open(OF_ANA);
  inAnotherTab(() => localStorage.removeItem("session"));
  expect(screen.getByLabelText("Password")).toBeDefined();
});

test("a login in another tab opens the page here", () => {
  open();
  inAnotherTab(() => storeFromOutside(OF_ANA));
  expect(screen.getByLabelText("Note")).toBeDefined();
});

test("another user finds nothing of the one before", async () => {
  open(OF_ANA);
  await user.type(screen.getByLabelText("Note"), "a secret of Ana");
  inAnotherTab(() => storeFromOutside(OF_BRUNO));
  expect(screen.getByLabelText("Note").value).toBe("");
});

test("new tokens of the same session change nothing on the page", async () => {
  const tokens = [1, 2].map((jti) => tokenWith({ sid: "of-ana", jti, exp: now() + 900 }));
  storeTokens({ token: tokens[0], refresh_token: tokens[0] });
  open();
  await user.type(screen.getByLabelText("Note"), "half of a thought");
  act(() => storeTokens({ token: tokens[1], refresh_token: tokens[1] }));
  expect(screen.getByLabelText("Note").value).toBe("half of a thought");
});

test("when the token expires the page closes by itself", () => {
  vi.useFakeTimers();
  open(tokenWith({ exp: now() + 5 }));
  act(() => vi.advanceTimersByTime(3_000));
  expect(screen.getByLabelText("Note")).toBeDefined();
  act(() => vi.advanceTimersByTime(4_000));
  expect(screen.getByLabelText("Password")).toBeDefined();
  expect(localStorage.length).toBe(0);
});

const ENDED = "Your session has ended. Please log in again.";

test("a session that ends without a log-out says so, until the next login", async () => {
  fakeServer({ "POST /token": [200, { token: OF_ANA }] });
  open(OF_ANA);
  act(() => storeTokens(null)); // as authFetch does with a refused token
  expect(screen.getByRole("alert").textContent).toBe(ENDED);
  await logIn();
  await screen.findByLabelText("Note");
  expect(screen.queryByRole("alert")).toBe(null);
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(screen.queryByRole("alert")).toBe(null);
});

test("a token that expires ends the session with a word", () => {
  vi.useFakeTimers();
  open(tokenWith({ exp: now() + 5 }));
  act(() => vi.advanceTimersByTime(7_000));
  expect(screen.getByRole("alert").textContent).toBe(ENDED);
});

test.each([
  ["who comes for the first time", () => open()],
  [
    "who logs out",
    async () => {
      open(OF_ANA);
      await user.click(screen.getByRole("button", { name: "Log out" }));
    },
  ],
])("%s hears of no session", async (_, come) => {
  await come();
  expect(screen.getByLabelText("Password")).toBeDefined();
  expect(screen.queryByRole("alert")).toBe(null);
});

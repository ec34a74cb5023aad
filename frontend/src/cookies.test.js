// @vitest-environment-options { "url": "https://localhost/" }

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  authFetch,
  fetchAsUser,
  login,
  logOut,
  lookAtSession,
  onSessionChange,
  readSession,
} from "./cookies.js";
import { fakeServer, serverIsDown } from "./fake_server.js";
import { setBaseUrl } from "./http.js";

const ATTRIBUTES = "Path=/; Secure; SameSite=Strict";
const NAMES = ["__Host-csrf-access", "__Host-csrf-refresh"];
const IN = [200, { user_id: 7 }];
const NO = [401, { msg: "no" }];

/** What the server does to the cookies that scripts can read. null deletes them. */
function setCookies(session, names = NAMES) {
  for (const name of names)
    document.cookie =
      session === null ? `${name}=; Max-Age=0; ${ATTRIBUTES}` : `${name}=${session}; ${ATTRIBUTES}`;
}

/** An answer that comes with the cookies of a session. */
function withCookies(session, answer = IN) {
  return () => {
    setCookies(session);
    return answer;
  };
}

const csrfOf = (sent) => sent.map(({ headers }) => headers["X-CSRF-TOKEN"]);
const routes = (sent) => sent.map(({ method, path }) => `${method} ${path}`);

beforeEach(() => {
  setCookies(null, [...NAMES, "csrf-refresh", "csrf-access", "theme"]);
  setBaseUrl("http://api");
});

afterEach(() => {
  expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("login sends what was typed as JSON, and the cookies name the session", async () => {
  const sent = fakeServer({ "POST /session": withCookies("one") });
  expect(await login("ana", 'open "sesame"')).toEqual({ user_id: 7 });
  expect(sent).toEqual([
    {
      url: "http://api/session",
      method: "POST",
      path: "/session",
      headers: { "Content-Type": "application/json" },
      body: { username: "ana", password: 'open "sesame"' },
    },
  ]);
  expect(readSession()).toBe("one");
});

test.each([
  ["a wrong password", NO, "Invalid credentials"],
  [
    "a bad request",
    [400, { msg: "The field username must be a text." }],
    "The field username must be a text.",
  ],
  ["a broken server", [500, "<h1>oh no</h1>"], "The server answered 500"],
  ["cookies that the browser refuses", IN, "This browser does not keep the cookies of this page"],
])("after %s login throws a clear Error", async (_, answer, message) => {
  fakeServer({ "POST /session": answer });
  await expect(login("ana", "x")).rejects.toThrow(new Error(message));
  expect(readSession()).toBeNull();
});

test("a session is found among other cookies, also without the prefixes", () => {
  expect(readSession()).toBeNull();
  document.cookie = "theme=csrf-refresh; Path=/";
  document.cookie = "not-csrf-refresh=x; Path=/";
  expect(readSession()).toBeNull();
  setCookies("two", ["csrf-refresh"]);
  expect(readSession()).toBe("two");
  setCookies(null, ["not-csrf-refresh"]);
});

test("each call that changes something says the value that the cookie has at this moment", async () => {
  const sent = fakeServer({
    "GET /tasks": [200, []],
    "POST /tasks": [201, {}],
    "DELETE /tasks": [204, null],
  });
  setCookies("one");
  await authFetch("/tasks");
  await authFetch("/tasks", { method: "DELETE" });
  setCookies("two");
  await authFetch("/tasks", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  expect(csrfOf(sent)).toEqual([undefined, "one", "two"]);
  expect(sent[2].headers["Content-Type"]).toBe("application/json");
});

test("without a session nothing is sent", async () => {
  const sent = fakeServer({});
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  await expect(fetchAsUser("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(sent).toEqual([]);
});

test("after a 401 the session is refreshed once for all calls, and each asks again", async () => {
  let isFresh = false;
  const sent = fakeServer({
    "GET /tasks": () => (isFresh ? [200, []] : NO),
    "GET /protected": () => (isFresh ? [200, {}] : NO),
    "POST /session/refresh": () => {
      isFresh = true;
      setCookies("one");
      return IN;
    },
  });
  setCookies("one");
  const answers = await Promise.all(["/tasks", "/protected", "/tasks"].map((path) => authFetch(path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(routes(sent).filter((route) => route === "POST /session/refresh")).toHaveLength(1);
  const changing = sent.filter(({ method }) => method !== "GET");
  expect(csrfOf(changing)).toEqual(["one"]);
  expect(readSession()).toBe("one");
});

test("the next 401 leads to another refresh", async () => {
  const answers = [NO, [200, []], NO, [200, []]];
  const sent = fakeServer({
    "GET /tasks": () => answers.shift(),
    "POST /session/refresh": withCookies("one"),
  });
  setCookies("one");
  for (let call = 0; call < 2; call++) expect((await authFetch("/tasks")).status).toBe(200);
  expect(routes(sent).filter((route) => route === "POST /session/refresh")).toHaveLength(2);
});

test("a session that the server has ended is forgotten, and other cookies are not", async () => {
  fakeServer({ "GET /tasks": NO, "POST /session/refresh": NO });
  document.cookie = "theme=dark; Path=/";
  setCookies("one");
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(document.cookie).toBe("theme=dark");
});

test("fetchAsUser refreshes too, and leaves the end of the session to others", async () => {
  fakeServer({ "GET /protected": NO, "POST /session/refresh": NO });
  setCookies("one");
  expect((await fetchAsUser("/protected")).status).toBe(401);
  expect(readSession()).toBe("one");
});

test("a session that another tab has begun meanwhile stays, and no call of the old one is sent in it", async () => {
  const sent = fakeServer({
    "POST /tasks": NO,
    "POST /session/refresh": () => {
      setCookies("of bruno");
      return IN;
    },
  });
  setCookies("of ana");
  await expect(authFetch("/tasks", { method: "POST" })).rejects.toThrow(new Error("Please log in"));
  expect(routes(sent)).toEqual(["POST /tasks", "POST /session/refresh"]);
  expect(readSession()).toBe("of bruno");
});

test.each([403, 404, 500])("a %i is the answer, and ends nothing", async (status) => {
  const sent = fakeServer({ "DELETE /tasks/1": [status, { msg: "no" }] });
  setCookies("one");
  expect((await authFetch("/tasks/1", { method: "DELETE" })).status).toBe(status);
  expect(routes(sent)).toEqual(["DELETE /tasks/1"]);
  expect(readSession()).toBe("one");
});

test("a refresh that fails with the server ends nothing", async () => {
  fakeServer({
    "GET /tasks": NO,
    "POST /session/refresh": [503, { msg: "The database cannot answer now." }],
  });
  setCookies("one");
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("The database cannot answer now."));
  expect(readSession()).toBe("one");
});

test("the log-out is the server's: it deletes the cookies", async () => {
  const sent = fakeServer({ "DELETE /session": withCookies(null, [204, null]) });
  setCookies("one");
  await logOut();
  expect([routes(sent), csrfOf(sent), readSession()]).toEqual([["DELETE /session"], ["one"], null]);
});

test("a session that is over already is logged out as well", async () => {
  fakeServer({ "DELETE /session": NO });
  setCookies("one");
  await logOut();
  expect(readSession()).toBeNull();
});

test.each([
  ["down", serverIsDown, "Server not reachable"],
  ["broken", () => fakeServer({ "DELETE /session": [500, { msg: "oh no" }] }), "oh no"],
])("while the server is %s nobody is logged out, and it is said", async (_, prepare, message) => {
  prepare();
  setCookies("one");
  await expect(logOut()).rejects.toThrow(new Error(message));
  expect(readSession()).toBe("one");
});

test("listeners hear of a log-in, a log-out, a look, the focus and, within a second, of other tabs", async () => {
  vi.useFakeTimers();
  fakeServer({ "POST /session": withCookies("one"), "DELETE /session": withCookies(null, [204, null]) });
  const heard = vi.fn();
  const stop = onSessionChange(heard);
  await login("ana", "x");
  expect(heard).toHaveBeenCalledTimes(1);
  await logOut();
  expect(heard).toHaveBeenCalledTimes(2);
  lookAtSession();
  window.dispatchEvent(new Event("focus"));
  expect(heard).toHaveBeenCalledTimes(4);
  vi.advanceTimersByTime(1000);
  expect(heard).toHaveBeenCalledTimes(5);
  stop();
  lookAtSession();
  window.dispatchEvent(new Event("focus"));
  vi.advanceTimersByTime(5000);
  expect(heard).toHaveBeenCalledTimes(5);
});

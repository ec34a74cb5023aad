import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  addTask,
  authFetch,
  deleteTask,
  getMyTasks,
  getProfile,
  login,
  lookAtToken,
  onTokenChange,
  readToken,
  setBaseUrl,
  signUp,
  storeToken,
} from "./api.js";
import { fakeServer, now, serverIsDown, tokenWith } from "./fake_server.js";

const GOOD = tokenWith({ sub: "1", exp: now() + 900 });
const ODD_NAME = "Žofie >>>???"; // three in a row: base64url has to write both - and _

beforeEach(() => {
  localStorage.clear();
  setBaseUrl("http://api");
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function stored() {
  return localStorage.getItem("jwt-token");
}

test("login sends what was typed, keeps the token and returns the data", async () => {
  const sent = fakeServer({ "POST /token": [200, { token: GOOD, user_id: 7 }] });
  expect(await login("ana", 'open "sesame"')).toEqual({ token: GOOD, user_id: 7 });
  expect(sent).toEqual([
    {
      url: "http://api/token",
      method: "POST",
      path: "/token",
      headers: { "Content-Type": "application/json" },
      body: { username: "ana", password: 'open "sesame"' },
    },
  ]);
  expect(stored()).toBe(GOOD);
});

test.each([
  ["a wrong password", [401, { msg: "Bad username or password" }], "Invalid credentials"],
  [
    "a bad request",
    [400, { msg: "The field username must be a text." }],
    "The field username must be a text.",
  ],
  ["a broken server", [500, "<h1>oh no</h1>"], "The server answered 500"],
  ["an answer without a token", [200, { user_id: 7 }], "The answer has no token"],
  ["an answer that is not JSON", [200, "welcome"], "The answer has no token"],
  ["an answer that is null", [200, null], "The answer has no token"],
])("after %s login throws a clear Error and stores nothing", async (_, answer, message) => {
  fakeServer({ "POST /token": answer });
  await expect(login("ana", "x")).rejects.toThrow(new Error(message));
  expect(localStorage.length).toBe(0);
});

test("a token that is over at once points to the clock", async () => {
  fakeServer({ "POST /token": [200, { token: tokenWith({ exp: now() - 1 }) }] });
  await expect(login("ana", "x")).rejects.toThrow(/clock/);
});

test("without a server login and authFetch say so, and the token stays", async () => {
  serverIsDown();
  storeToken(GOOD);
  await expect(login("ana", "x")).rejects.toThrow(new Error("Server not reachable"));
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Server not reachable"));
  expect(stored()).toBe(GOOD);
});

test("without a token authFetch sends nothing", async () => {
  const sent = fakeServer({});
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(sent).toEqual([]);
});

test("authFetch adds the token and keeps what the caller gave", async () => {
  const sent = fakeServer({ "PUT /x": [200, {}] });
  storeToken(GOOD);
  await authFetch("/x", { method: "PUT", headers: { "X-One": "1" }, body: "[1]" });
  expect(sent[0]).toMatchObject({
    method: "PUT",
    headers: { "X-One": "1", Authorization: `Bearer ${GOOD}` },
    body: [1],
  });
});

test("a refused token is forgotten", async () => {
  fakeServer({ "GET /tasks": [401, { msg: "no" }] });
  storeToken(GOOD);
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(stored()).toBe(null);
});

test("a token that another tab stored meanwhile is not forgotten", async () => {
  const newer = tokenWith({ sub: "2", exp: now() + 900 });
  fakeServer({
    "GET /tasks": () => {
      localStorage.setItem("jwt-token", newer);
      return [401, { msg: "no" }];
    },
  });
  storeToken(GOOD);
  await expect(authFetch("/tasks")).rejects.toThrow("Please log in");
  expect(stored()).toBe(newer);
});

test.each([400, 403, 404, 500])("authFetch returns an answer with the status %i", async (status) => {
  fakeServer({ "GET /tasks": [status, {}] });
  storeToken(GOOD);
  expect((await authFetch("/tasks")).status).toBe(status);
  expect(stored()).toBe(GOOD);
});

test("a sign-up makes the account and logs in with it", async () => {
  const sent = fakeServer({
    "POST /users": [201, { id: 7, username: "cleo" }],
    "POST /token": [200, { token: GOOD, user_id: 7 }],
  });
  await signUp("cleo", "long enough");
  const body = { username: "cleo", password: "long enough" };
  expect(sent.map((request) => [request.path, request.body])).toEqual([
    ["/users", body],
    ["/token", body],
  ]);
  expect(stored()).toBe(GOOD);
});

test("a sign-up that is refused tells the sentence of the API, and does not log in", async () => {
  const sent = fakeServer({ "POST /users": [409, { msg: "The username is taken." }] });
  await expect(signUp("ana", "long enough")).rejects.toThrow("The username is taken.");
  expect(sent).toHaveLength(1);
  expect(stored()).toBe(null);
});

test("who ask with one token share one answer, and a failed one is asked again", async () => {
  const token = tokenWith({ sub: "3", exp: now() + 900 });
  storeToken(token);
  serverIsDown();
  await expect(getProfile()).rejects.toThrow("Server not reachable");
  const sent = fakeServer({
    "GET /protected": ({ headers }) => [200, { username: headers.Authorization }],
  });
  expect(await Promise.all([getProfile(), getProfile()])).toHaveLength(2);
  expect((await getProfile()).username).toBe(`Bearer ${token}`);
  expect(sent).toHaveLength(1);
  storeToken(GOOD);
  expect((await getProfile()).username).toBe(`Bearer ${GOOD}`);
});

test("a refused profile logs nobody out", async () => {
  fakeServer({ "GET /protected": [401, { msg: "no" }] });
  storeToken("i.am.ana");
  await expect(getProfile()).rejects.toThrow("no");
  expect(stored()).toBe("i.am.ana");
});

test.each([
  ["deleted", 204, true],
  ["gone already", 404, true],
  ["not deleted", 500, false],
])("a task is %s", async (_, status, isFine) => {
  const sent = fakeServer({ "DELETE /tasks/7": [status, null] });
  storeToken(GOOD);
  const done = deleteTask(7);
  await (isFine ? done : expect(done).rejects.toThrow("500"));
  expect(sent[0].headers.Authorization).toBe(`Bearer ${GOOD}`);
});

test("the profile, the tasks and a new task have their routes", async () => {
  const sent = fakeServer({
    "GET /protected": [200, { id: 1, username: "ana" }],
    "GET /tasks": [200, [{ id: 1, title: "a" }]],
    "POST /tasks": ({ body }) => [201, { id: 2, ...body }],
  });
  storeToken(GOOD);
  expect(await getProfile()).toEqual({ id: 1, username: "ana" });
  expect(await getMyTasks()).toEqual([{ id: 1, title: "a" }]);
  expect(await addTask("<b>")).toEqual({ id: 2, title: "<b>" });
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /protected",
    "GET /tasks",
    "POST /tasks",
  ]);
});

test("an error of a private route is the sentence of the API", async () => {
  fakeServer({ "POST /tasks": [400, { msg: "The field title must have 1 to 200 characters." }] });
  storeToken(GOOD);
  await expect(addTask("")).rejects.toThrow("1 to 200 characters");
});

test.each([
  ["with exp in the future", tokenWith({ exp: now() + 60 }), true],
  ["without exp", tokenWith({ sub: "1" }), true],
  ["with other letters and - and _ in base64url", tokenWith({ name: ODD_NAME, exp: now() + 60 }), true],
  ["that is no JWT", "i.am.ana", true],
  ["with an exp that is no number", tokenWith({ exp: "soon" }), true],
  ["that is over", tokenWith({ exp: now() - 1 }), false],
  ["whose exp is 0", tokenWith({ exp: 0 }), false],
  ["that is over, with other letters", tokenWith({ name: ODD_NAME, exp: now() - 1 }), false],
  ["that is empty", "", false],
  ["with a space", "a b", false],
  ["with a line break", "a\nb", false],
  ["that fits into no header", "€", false],
])("a token %s is used or not", (_, token, isUsed) => {
  localStorage.setItem("jwt-token", token);
  expect(readToken()).toBe(isUsed ? token : null);
});

/** What a listener finds, until it stops. */
function listen() {
  const found = [];
  const stop = onTokenChange(() => found.push(readToken()));
  return [() => found.at(-1), stop];
}

test("a listener hears of this tab, of other tabs and of the end of the token, until it stops", () => {
  vi.useFakeTimers();
  const [last, stop] = listen();
  const token = tokenWith({ exp: now() + 10 });
  storeToken(token);
  expect(last()).toBe(token);
  localStorage.setItem("jwt-token", GOOD);
  window.dispatchEvent(new StorageEvent("storage"));
  expect(last()).toBe(GOOD);
  storeToken(token);
  vi.advanceTimersByTime(8_000);
  expect(last()).toBe(token);
  vi.advanceTimersByTime(4_000);
  expect(last()).toBe(null);
  expect(stored()).toBe(null);
  stop();
  storeToken(GOOD);
  window.dispatchEvent(new StorageEvent("storage"));
  window.dispatchEvent(new Event("focus"));
  vi.advanceTimersByTime(1_000_000);
  expect(last()).toBe(null);
  expect(stored()).toBe(GOOD);
});

test.each([
  ["with time", () => vi.advanceTimersByTime(2_000)],
  ["when the user comes back to the window", () => window.dispatchEvent(new Event("focus"))],
  ["when the page looks", lookAtToken],
])("a token that this tab stored by itself is noticed %s", (_, happen) => {
  vi.useFakeTimers();
  const [last, stop] = listen();
  localStorage.setItem("jwt-token", GOOD);
  expect(last()).toBe(undefined);
  happen();
  expect(last()).toBe(GOOD);
  stop();
});

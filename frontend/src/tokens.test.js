import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeServer, now, serverIsDown, stored, storeFromOutside, tokenWith } from "./fake_server.js";
import { setBaseUrl } from "./http.js";
import {
  authFetch,
  fetchAsUser,
  login,
  logOut,
  lookAtSession,
  onSessionChange,
  readSession,
  storeTokens,
} from "./tokens.js";

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
  expect(stored()).toEqual({ token: GOOD });
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
  storeTokens({ token: GOOD });
  await expect(login("ana", "x")).rejects.toThrow(new Error("Server not reachable"));
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Server not reachable"));
  expect(stored()).toEqual({ token: GOOD });
});

test("without a token authFetch sends nothing", async () => {
  const sent = fakeServer({});
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(sent).toEqual([]);
});

test("authFetch adds the token and keeps what the caller gave", async () => {
  const sent = fakeServer({ "PUT /x": [200, {}] });
  storeTokens({ token: GOOD });
  await authFetch("/x", { method: "PUT", headers: { "X-One": "1" }, body: "[1]" });
  expect(sent[0]).toMatchObject({
    method: "PUT",
    headers: { "X-One": "1", Authorization: `Bearer ${GOOD}` },
    body: [1],
  });
});

test("a refused token is forgotten, and without a refresh token not sent again", async () => {
  const sent = fakeServer({ "GET /tasks": [401, { msg: "no" }] });
  storeTokens({ token: GOOD });
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(sent).toHaveLength(1);
  expect(stored()).toBe(null);
});

test("a token that another tab stored meanwhile is not forgotten", async () => {
  const newer = tokenWith({ sub: "2", exp: now() + 900 });
  fakeServer({
    "GET /tasks": () => {
      storeTokens({ token: newer });
      return [401, { msg: "no" }];
    },
  });
  storeTokens({ token: GOOD });
  await expect(authFetch("/tasks")).rejects.toThrow("Please log in");
  expect(stored()).toEqual({ token: newer });
});

test.each([400, 403, 404, 500])("authFetch returns an answer with the status %i", async (status) => {
  fakeServer({ "GET /tasks": [status, {}] });
  storeTokens({ token: GOOD });
  expect((await authFetch("/tasks")).status).toBe(status);
  expect(stored()).toEqual({ token: GOOD });
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
  storeFromOutside(token);
  expect(readSession()).toBe(isUsed ? token : null);
});

/** What a listener finds, until it stops. */
function listen() {
  const found = [];
  const stop = onSessionChange(() => found.push(readSession()));
  return [() => found.at(-1), stop];
}

test("a listener hears of this tab, of other tabs and of the end of the token, until it stops", () => {
  vi.useFakeTimers();
  const [last, stop] = listen();
  const token = tokenWith({ exp: now() + 10 });
  storeTokens({ token: token });
  expect(last()).toBe(token);
  storeFromOutside(GOOD);
  window.dispatchEvent(new StorageEvent("storage"));
  expect(last()).toBe(GOOD);
  storeTokens({ token: token });
  vi.advanceTimersByTime(8_000);
  expect(last()).toBe(token);
  vi.advanceTimersByTime(4_000);
  expect(last()).toBe(null);
  expect(stored()).toBe(null);
  stop();
  storeTokens({ token: GOOD });
  window.dispatchEvent(new StorageEvent("storage"));
  window.dispatchEvent(new Event("focus"));
  vi.advanceTimersByTime(1_000_000);
  expect(last()).toBe(null);
  expect(stored()).toEqual({ token: GOOD });
});

test.each([
  ["with time", () => vi.advanceTimersByTime(2_000)],
  ["when the user comes back to the window", () => window.dispatchEvent(new Event("focus"))],
  ["when the page looks", lookAtSession],
])("a token that this tab stored by itself is noticed %s", (_, happen) => {
  vi.useFakeTimers();
  const [last, stop] = listen();
  storeFromOutside(GOOD);
  expect(last()).toBe(undefined);
  happen();
  expect(last()).toBe(GOOD);
  stop();
});

const OVER = tokenWith({ sub: "1", exp: now() - 1 });

/** The number-th access token and refresh token of one log-in. */
function tokensOf(sid, number = 1) {
  const claims = { sub: sid, sid, jti: `${number}` };
  return {
    token: tokenWith({ ...claims, exp: now() + 900 }),
    refresh_token: tokenWith({ ...claims, exp: now() + 9000 }),
  };
}

const [FIRST, SECOND, THIRD] = [1, 2, 3].map((number) => tokensOf("of-ana", number));
const OF_BRUNO = tokensOf("of-bruno");
const bearer = (token) => `Bearer ${token}`;

/** An API that takes the access token of SECOND only, and gives SECOND for the refresh token of FIRST. */
function apiAfterTheFirstToken(answers = {}) {
  const sent = fakeServer({
    "GET /tasks": ({ headers }) =>
      headers.Authorization === bearer(SECOND.token) ? [200, ["Read"]] : [401, { msg: "no" }],
    "POST /token/refresh": ({ headers }) =>
      headers.Authorization === bearer(FIRST.refresh_token) ? [200, SECOND] : [401, { msg: "no" }],
    ...answers,
  });
  storeTokens(FIRST);
  return sent;
}

function refreshes(sent) {
  return sent.filter(({ path }) => path === "/token/refresh").length;
}

test("after a 401 there is one refresh, and the call is asked again with the new token", async () => {
  const sent = apiAfterTheFirstToken({
    "POST /tasks": ({ headers, body }) =>
      headers.Authorization === bearer(SECOND.token) ? [201, body] : [401, {}],
  });
  const response = await authFetch("/tasks", { method: "POST", headers: { "X-One": "1" }, body: "[7]" });
  expect([response.status, await response.json()]).toEqual([201, [7]]);
  expect(sent.map(({ method, path, headers }) => [method, path, headers])).toEqual([
    ["POST", "/tasks", { "X-One": "1", Authorization: bearer(FIRST.token) }],
    ["POST", "/token/refresh", { Authorization: bearer(FIRST.refresh_token) }],
    ["POST", "/tasks", { "X-One": "1", Authorization: bearer(SECOND.token) }],
  ]);
  expect(stored()).toEqual(SECOND);
});

test("many calls at once share one refresh", async () => {
  const sent = apiAfterTheFirstToken();
  const responses = await Promise.all([1, 2, 3, 4, 5].map(() => authFetch("/tasks")));
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(refreshes(sent)).toBe(1);
});

test("a call whose refusal comes after the refresh asks for no second one", async () => {
  let refuse;
  const sent = apiAfterTheFirstToken({
    "GET /slow": ({ headers }) =>
      headers.Authorization === bearer(SECOND.token)
        ? [200, {}]
        : new Promise((resolve) => (refuse = () => resolve([401, {}]))),
  });
  const slow = authFetch("/slow");
  await authFetch("/tasks");
  refuse();
  expect((await slow).status).toBe(200);
  expect(refreshes(sent)).toBe(1);
});

test("an API that keeps its refresh token gives only a new access token", async () => {
  const sent = apiAfterTheFirstToken({ "POST /token/refresh": [200, { token: SECOND.token, user_id: 1 }] });
  expect((await authFetch("/tasks")).status).toBe(200);
  expect(refreshes(sent)).toBe(1);
  expect(stored()).toEqual({ token: SECOND.token, refresh_token: FIRST.refresh_token });
});

test("a refused refresh ends the session, and is not tried again", async () => {
  const sent = apiAfterTheFirstToken({ "POST /token/refresh": [401, { msg: "no" }] });
  const calls = await Promise.allSettled([authFetch("/tasks"), authFetch("/tasks")]);
  expect(calls.map(({ reason }) => reason.message)).toEqual(["Please log in", "Please log in"]);
  expect(refreshes(sent)).toBe(1);
  expect(stored()).toBe(null);
});

test("a call that is refused after the refresh too is not asked a third time", async () => {
  const sent = apiAfterTheFirstToken({ "GET /tasks": [401, { msg: "no" }] });
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  expect(sent.map(({ path }) => path)).toEqual(["/tasks", "/token/refresh", "/tasks"]);
  expect(stored()).toBe(null);
});

test.each([
  ["the server cannot answer", [503, { msg: "The database cannot answer now." }], /database/],
  ["the answer has no token", [200, "welcome"], /no token/],
  ["no answer comes", null, /not reachable/],
])("a refresh for which %s ends nothing, and the next call tries again", async (_, answer, message) => {
  const isDown = () => Promise.reject(new TypeError("Failed to fetch"));
  apiAfterTheFirstToken({ "POST /token/refresh": answer ?? isDown });
  await expect(authFetch("/tasks")).rejects.toThrow(message);
  expect(stored()).toEqual(FIRST);
  apiAfterTheFirstToken();
  expect((await authFetch("/tasks")).status).toBe(200);
});

test.each([400, 403, 404, 500])("the status %i asks for no refresh", async (status) => {
  const sent = apiAfterTheFirstToken({ "GET /tasks": [status, {}] });
  expect((await authFetch("/tasks")).status).toBe(status);
  expect(refreshes(sent)).toBe(0);
});

test("tokens that another tab got meanwhile are used, without a refresh of one's own", async () => {
  const sent = apiAfterTheFirstToken({
    "GET /tasks": ({ headers }) => {
      storeTokens(SECOND);
      return [headers.Authorization === bearer(SECOND.token) ? 200 : 401, {}];
    },
  });
  expect((await authFetch("/tasks")).status).toBe(200);
  expect(refreshes(sent)).toBe(0);
});

test("tokens that another tab got while the refresh was on its way stay", async () => {
  apiAfterTheFirstToken({
    "GET /tasks": ({ headers }) => [headers.Authorization === bearer(FIRST.token) ? 401 : 200, {}],
    "POST /token/refresh": () => {
      storeTokens(THIRD);
      return [200, SECOND];
    },
  });
  expect((await authFetch("/tasks")).status).toBe(200);
  expect(stored()).toEqual(THIRD);
});

test("a refresh that was refused because another tab was faster does not end the session", async () => {
  apiAfterTheFirstToken({
    "GET /tasks": ({ headers }) => [headers.Authorization === bearer(THIRD.token) ? 200 : 401, {}],
    "POST /token/refresh": () => {
      storeTokens(THIRD);
      return [401, {}];
    },
  });
  expect((await authFetch("/tasks")).status).toBe(200);
  expect(stored()).toEqual(THIRD);
});

test.each([
  ["a log-out", null],
  ["a login of another user", OF_BRUNO],
])("after %s nothing is asked again, and nothing old comes back", async (_, tokens) => {
  for (const route of ["GET /tasks", "POST /token/refresh"]) {
    const answer = { "GET /tasks": [401, {}], "POST /token/refresh": [200, SECOND] }[route];
    const sent = apiAfterTheFirstToken({
      [route]: () => {
        storeTokens(tokens);
        return answer;
      },
    });
    await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
    expect(sent.filter(({ path }) => path === "/tasks")).toHaveLength(1);
    expect(stored()).toEqual(tokens);
  }
});

test("fetchAsUser gets newer tokens too, and leaves the end of the session to others", async () => {
  apiAfterTheFirstToken();
  expect((await fetchAsUser("/tasks")).status).toBe(200);
  storeTokens({ token: GOOD });
  expect((await fetchAsUser("/tasks")).status).toBe(401);
  expect(stored()).toEqual({ token: GOOD });
});

test("a log-out forgets the tokens at once, and tells the server with the refresh token", async () => {
  const sent = apiAfterTheFirstToken({ "DELETE /token": () => new Promise(() => {}) });
  logOut();
  expect(stored()).toBe(null);
  expect(sent).toMatchObject([
    { method: "DELETE", path: "/token", headers: { Authorization: bearer(FIRST.refresh_token) } },
  ]);
});

test("a log-out needs no server, and no session", async () => {
  serverIsDown();
  storeTokens(FIRST);
  logOut();
  expect(stored()).toBe(null);
  logOut();
  expect(stored()).toBe(null);
});

test("an API without refresh tokens hears of no log-out", () => {
  const sent = fakeServer({});
  storeTokens({ token: GOOD });
  logOut();
  expect(stored()).toBe(null);
  expect(sent).toEqual([]);
});

test("a login keeps both tokens", async () => {
  fakeServer({ "POST /token": [200, { ...FIRST, user_id: 7, expires_in: 900 }] });
  await login("ana", "open sesame");
  expect(stored()).toEqual(FIRST);
});

test("a session keeps its name while its tokens change, and another login has another", () => {
  const names = [FIRST, SECOND, OF_BRUNO].map((tokens) => {
    storeTokens(tokens);
    return readSession();
  });
  expect(names[1]).toBe(names[0]);
  expect(names[2]).not.toBe(names[0]);
});

test("the session lasts as long as its refresh token", () => {
  storeTokens({ token: OVER, refresh_token: FIRST.refresh_token });
  expect(readSession()).not.toBe(null);
  storeTokens({ token: OVER, refresh_token: OVER });
  expect(readSession()).toBe(null);
});

test.each([
  "null",
  "7",
  '"a"',
  "[]",
  "{}",
  "not JSON",
  '{"token":"a b"}',
  `{"token":"€","refresh_token":"a"}`,
])("the text %s is no session, and nothing is sent", async (text) => {
  const sent = fakeServer({});
  localStorage.setItem("session", text);
  expect(readSession()).toBe(null);
  await expect(authFetch("/tasks")).rejects.toThrow(new Error("Please log in"));
  lookAtSession();
  expect(localStorage.length).toBe(0);
  expect(sent).toEqual([]);
});

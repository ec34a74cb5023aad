import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addTask, deleteTask, getMyTasks, getProfile, setBaseUrl, signUp } from "./api.js";
import { fakeServer, now, serverIsDown, stored, tokenWith } from "./fake_server.js";
import { storeTokens } from "./tokens.js";

const GOOD = tokenWith({ sub: "1", exp: now() + 900 });

beforeEach(() => {
  localStorage.clear();
  setBaseUrl("http://api");
});

afterEach(() => vi.unstubAllGlobals());

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
  expect(stored()).toEqual({ token: GOOD });
});

test("a sign-up that is refused tells the sentence of the API, and does not log in", async () => {
  const sent = fakeServer({ "POST /users": [409, { msg: "The username is taken." }] });
  await expect(signUp("ana", "long enough")).rejects.toThrow("The username is taken.");
  expect(sent).toHaveLength(1);
  expect(stored()).toBe(null);
});

test("who ask with one token share one answer, and a failed one is asked again", async () => {
  const token = tokenWith({ sub: "3", exp: now() + 900 });
  storeTokens({ token: token });
  serverIsDown();
  await expect(getProfile()).rejects.toThrow("Server not reachable");
  const sent = fakeServer({
    "GET /protected": ({ headers }) => [200, { username: headers.Authorization }],
  });
  expect(await Promise.all([getProfile(), getProfile()])).toHaveLength(2);
  expect((await getProfile()).username).toBe(`Bearer ${token}`);
  expect(sent).toHaveLength(1);
  storeTokens({ token: GOOD });
  expect((await getProfile()).username).toBe(`Bearer ${GOOD}`);
});

test("a refused profile logs nobody out", async () => {
  fakeServer({ "GET /protected": [401, { msg: "no" }] });
  storeTokens({ token: "i.am.ana" });
  await expect(getProfile()).rejects.toThrow("no");
  expect(stored()).toEqual({ token: "i.am.ana" });
});

test.each([
  ["deleted", 204, true],
  ["gone already", 404, true],
  ["not deleted", 500, false],
])("a task is %s", async (_, status, isFine) => {
  const sent = fakeServer({ "DELETE /tasks/7": [status, null] });
  storeTokens({ token: GOOD });
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
  storeTokens({ token: GOOD });
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
  storeTokens({ token: GOOD });
  await expect(addTask("")).rejects.toThrow("1 to 200 characters");
});

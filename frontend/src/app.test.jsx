import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setBaseUrl } from "./api.js";
import { App } from "./app.jsx";
import { fakeServer, now, storeFromOutside, tokenWith } from "./fake_server.js";
import { logOut, lookAtSession, storeTokens } from "./tokens.js";

// As it is, unless a test says how it ends: with cookies the server can keep it waiting, or fail.
vi.mock("./tokens.js", async (original) => {
  const tokens = await original();
  return { ...tokens, logOut: vi.fn(tokens.logOut) };
});

const IDS = { ana: 1, bruno: 2 };
const ENDED = "Your session has ended. Please log in again.";
const TOKENS = {};
let logins = 0;
const MARKUP = `<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>"'`;
const goTo = vi.fn();
const BLANK = "The field title must not be blank.";
let user;

beforeEach(() => {
  localStorage.clear();
  goTo.mockClear();
  for (const name of Object.keys(IDS)) logInAgain(name);
  setBaseUrl("http://api");
  user = userEvent.setup();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The next log-in of a user gives another token, and the one before is refused. */
function logInAgain(name) {
  TOKENS[name] = tokenWith({ sub: `${IDS[name]}`, jti: `${++logins}`, exp: now() + 900 });
}

/** The API with two users. Their tasks, and the names their profiles show, can be changed by a test. */
function api(tasks = { ana: ["Read"], bruno: ["Call Ana"] }, names = { ana: "ana", bruno: "bruno" }) {
  const who = ({ headers }) =>
    Object.keys(TOKENS).find((name) => headers.Authorization === `Bearer ${TOKENS[name]}`);
  const ifKnown = (answer) => (request) => (who(request) ? answer(request) : [401, { msg: "no" }]);
  let added = 99;
  const answers = {
    "POST /token": ({ body }) => [200, { token: TOKENS[body.username] }],
    "GET /protected": ifKnown((request) => [200, { id: IDS[who(request)], username: names[who(request)] }]),
    "GET /tasks": ifKnown((request) => [200, tasks[who(request)].map((title, id) => ({ id, title }))]),
    "POST /tasks": ifKnown(({ body }) =>
      body.title.trim() ? [201, { id: added++, title: body.title }] : [400, { msg: BLANK }],
    ),
  };
  for (const id of [0, 1, 2]) answers[`DELETE /tasks/${id}`] = ifKnown(() => [204, null]);
  return fakeServer(answers);
}

/** Keep the answers to one kind of request back. Returns the list of functions that let them go. */
function holdBack(method) {
  const held = [];
  const fast = fetch;
  vi.stubGlobal("fetch", (url, options = {}) =>
    options.method === method
      ? new Promise((resolve) => held.push(() => resolve(fast(url, options))))
      : fast(url, options),
  );
  return held;
}

function Page({ first }) {
  const [page, setPage] = useState(first);
  return (
    <App
      page={page}
      goTo={(name) => {
        goTo(name);
        setPage(name);
      }}
    />
  );
}

function open(first, token) {
  if (token) storeTokens({ token: token });
  render(<Page first={first} />);
}

async function logIn(username = "ana") {
  await user.type(screen.getByLabelText("Username"), username);
  await user.type(screen.getByLabelText("Password"), "open sesame");
  await user.click(screen.getByRole("button", { name: "Log in" }));
}

function heading(name) {
  return screen.findByRole("heading", { name });
}

function titles() {
  return screen.queryAllByRole("listitem").map((item) => item.querySelector("span").textContent);
}

test.each(["home", "nowhere", "constructor", "__proto__", ""])(
  "the page %j needs no login and no request",
  async (name) => {
    const sent = api();
    open(name);
    expect(await heading("Home")).toBeDefined();
    expect(screen.queryByRole("button")).toBe(null);
    expect(sent).toEqual([]);
  },
);

test.each([
  ["My tasks", "tasks", "Tasks of ana"],
  ["Members only", "members", "Members only"],
])("the private page %s asks for the login, and then it is there", async (link, name, title) => {
  api();
  open("home");
  await user.click(screen.getByRole("link", { name: link }));
  expect(goTo).toHaveBeenCalledExactlyOnceWith(name);
  expect(await heading("Log in")).toBeDefined();
  await logIn();
  expect(await heading(title)).toBeDefined();
});

test("the link of the open page says so", async () => {
  open("home");
  const current = () =>
    within(screen.getByRole("navigation"))
      .getAllByRole("link")
      .filter((link) => link.getAttribute("aria-current") === "page")
      .map((link) => link.textContent);
  expect(current()).toEqual(["Home"]);
  await user.click(screen.getByRole("link", { name: "Members only" }));
  expect(current()).toEqual(["Members only"]);
});

test("links and forms do not move the browser: the page around may be a notebook", async () => {
  api();
  open("home", TOKENS.ana);
  const prevented = [];
  const note = (event) => prevented.push(event.type, event.defaultPrevented);
  window.addEventListener("click", note, { once: true });
  await user.click(screen.getByRole("link", { name: "My tasks" }));
  await user.type(await screen.findByLabelText("New task"), "Write");
  window.addEventListener("submit", note, { once: true });
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(prevented).toEqual(["click", true, "submit", true]);
});

test("tasks are listed, and a new one is added below them", async () => {
  const sent = api();
  open("tasks", TOKENS.ana);
  await heading("Tasks of ana");
  expect(titles()).toEqual(["Read"]);
  await user.type(screen.getByLabelText("New task"), "Write");
  await user.click(screen.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(titles()).toEqual(["Read", "Write"]));
  expect(screen.getByLabelText("New task").value).toBe("");
  expect(sent.at(-1)).toMatchObject({ method: "POST", path: "/tasks", body: { title: "Write" } });
});

test("markup in names and tasks is text", async () => {
  api({ ana: [MARKUP] }, { ana: MARKUP });
  open("tasks", TOKENS.ana);
  expect((await heading(`Tasks of ${MARKUP}`)).textContent).toBe(`Tasks of ${MARKUP}`);
  expect(screen.getByText(`Logged in as ${MARKUP}`)).toBeDefined();
  expect(titles()).toEqual([MARKUP]);
  expect(document.querySelector("img, script")).toBe(null);
  expect(window.hacked).toBe(undefined);
});

test("without the server there is an alert, and a second try", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
  open("tasks", TOKENS.ana);
  expect((await screen.findByRole("alert")).textContent).toBe("Server not reachable");
  api();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await heading("Tasks of ana")).toBeDefined();
  expect(screen.queryByRole("alert")).toBe(null);
});

test("a task that was not added stays in its field, with the reason", async () => {
  api();
  open("tasks", TOKENS.ana);
  await heading("Tasks of ana");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
  await user.type(screen.getByLabelText("New task"), "Write");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect((await screen.findByRole("alert")).textContent).toBe("Server not reachable");
  expect(screen.getByLabelText("New task").value).toBe("Write");
  expect(titles()).toEqual(["Read"]);
  api();
  await user.click(screen.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(titles()).toEqual(["Read", "Write"]));
  expect(screen.queryByRole("alert")).toBe(null);
});

test("a task has 1 to 200 characters", async () => {
  const sent = api();
  open("tasks", TOKENS.ana);
  await user.click(await screen.findByLabelText("New task"));
  await user.keyboard("{Enter}");
  expect(sent.map(({ method }) => method)).toEqual(["GET", "GET"]);
  await user.paste("x".repeat(201));
  expect(screen.getByLabelText("New task").value).toBe("x".repeat(200));
});

test.each(["i.am.ana", tokenWith({ sub: "1", exp: now() + 900, role: "admin" })])(
  "the faked token %s opens the guard and gets no data",
  async (fake) => {
    const sent = api();
    open("members", fake);
    expect(await heading("Members only")).toBeDefined();
    // It asks for the name to show, gets none, and stays.
    await waitFor(() => expect(sent.map(({ path }) => path)).toEqual(["/protected"]));
    expect(screen.queryByText(/Logged in as/)).toBe(null);
    await user.click(screen.getByRole("link", { name: "My tasks" }));
    expect(await heading("Log in")).toBeDefined();
    expect(localStorage.length).toBe(0);
    expect(screen.queryByRole("list")).toBe(null);
  },
);

test("a log-out hides the page, and the next user sees only their own", async () => {
  api();
  open("tasks", TOKENS.ana);
  await heading("Tasks of ana");
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(await heading("Log in")).toBeDefined();
  expect(screen.queryByText("Read")).toBe(null);
  await logIn("bruno");
  await heading("Tasks of bruno");
  expect(titles()).toEqual(["Call Ana"]);
});

test("an answer for the former user that comes late is not shown", async () => {
  let answer;
  api();
  const fast = fetch;
  vi.stubGlobal("fetch", (url, options) =>
    options.headers.Authorization === `Bearer ${TOKENS.ana}` && url.endsWith("/tasks")
      ? new Promise((resolve) => (answer = () => resolve(fast(url, options))))
      : fast(url, options),
  );
  open("tasks", TOKENS.ana);
  await waitFor(() => expect(answer).toBeDefined());
  act(() => storeTokens({ token: TOKENS.bruno }));
  await heading("Tasks of bruno");
  await act(async () => answer());
  expect(titles()).toEqual(["Call Ana"]);
});

test("the navigation says on all pages who is logged in", async () => {
  const sent = api();
  open("home", TOKENS.ana);
  for (const link of ["Home", "My tasks", "Members only"]) {
    await user.click(screen.getByRole("link", { name: link }));
    expect(await screen.findByText("Logged in as ana")).toBeDefined();
  }
  expect(sent.filter(({ path }) => path === "/protected")).toHaveLength(1);
  act(() => storeTokens({ token: TOKENS.bruno }));
  expect(await screen.findByText("Logged in as bruno")).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(screen.getByText("Not logged in")).toBeDefined();
});

test("a task of blanks is answered by the API, at the field", async () => {
  api();
  open("tasks", TOKENS.ana);
  await user.type(await screen.findByLabelText("New task"), "   {Enter}");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toBe(BLANK);
  expect(screen.getByLabelText("New task").getAttribute("aria-describedby")).toBe(alert.id);
  expect(titles()).toEqual(["Read"]);
});

test("two quick adds are both shown, in the order of the API", async () => {
  api();
  open("tasks", TOKENS.ana);
  const field = await screen.findByLabelText("New task");
  const held = holdBack("POST");
  await user.type(field, "One{Enter}");
  await user.clear(field);
  await user.type(field, "Two{Enter}");
  expect(held).toHaveLength(2);
  await act(async () => held[0]());
  await act(async () => held[1]());
  await waitFor(() => expect(titles()).toEqual(["Read", "One", "Two"]));
  expect(field.value).toBe("");
});

test("a second click while a task is on its way sends nothing, and the text typed meanwhile stays", async () => {
  api();
  open("tasks", TOKENS.ana);
  const field = await screen.findByLabelText("New task");
  const held = holdBack("POST");
  await user.type(field, "One");
  const button = screen.getByRole("button", { name: "Add" });
  await user.dblClick(button);
  await user.type(field, "{Enter}");
  expect(button.getAttribute("aria-disabled")).toBe("true");
  await user.type(field, " and more");
  expect(button.getAttribute("aria-disabled")).toBe("false");
  await act(async () => held[0]());
  await waitFor(() => expect(titles()).toEqual(["Read", "One"]));
  expect(field.value).toBe("One and more");
  expect(held).toHaveLength(1);
});

const THREE = { ana: ["Read", "Write", "Rest"], bruno: [] };

async function openThree() {
  const sent = api(THREE);
  open("tasks", TOKENS.ana);
  await heading("Tasks of ana");
  return sent;
}

function deleteButton(title) {
  return screen.getByRole("button", { name: `Delete ${title}` });
}

test("a task is deleted, and the focus goes to the next one, then to the field", async () => {
  const sent = await openThree();
  await user.click(deleteButton("Write"));
  await waitFor(() => expect(titles()).toEqual(["Read", "Rest"]));
  expect(document.activeElement).toBe(deleteButton("Rest"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(titles()).toEqual(["Read"]));
  expect(document.activeElement).toBe(screen.getByLabelText("New task"));
  const deleted = sent.filter(({ method }) => method === "DELETE").map(({ path }) => path);
  expect(deleted).toEqual(["/tasks/1", "/tasks/2"]);
});

test("two quick deletes both go, and a double click asks once", async () => {
  const sent = await openThree();
  const held = holdBack("DELETE");
  await user.dblClick(deleteButton("Read"));
  await user.click(deleteButton("Write"));
  expect(held).toHaveLength(2);
  await act(async () => held[1]());
  await act(async () => held[0]());
  await waitFor(() => expect(titles()).toEqual(["Rest"]));
  expect(sent.filter(({ method }) => method === "DELETE")).toHaveLength(2);
});

test("a task that was not deleted stays, with the reason and a second try", async () => {
  await openThree();
  const reachable = fetch;
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
  await user.click(deleteButton("Write"));
  expect((await screen.findByRole("alert")).textContent).toBe("Server not reachable");
  expect(titles()).toEqual(["Read", "Write", "Rest"]);
  vi.stubGlobal("fetch", reachable);
  await user.click(deleteButton("Write"));
  await waitFor(() => expect(titles()).toEqual(["Read", "Rest"]));
  expect(screen.queryByRole("alert")).toBe(null);
});

test("when a session ends, what was typed waits for the same user", async () => {
  api();
  open("tasks", TOKENS.ana);
  await user.type(await screen.findByLabelText("New task"), "Write");
  logInAgain("ana");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect((await screen.findByRole("alert")).textContent).toBe(ENDED);
  await logIn("ana");
  await heading("Tasks of ana");
  expect(screen.getByLabelText("New task").value).toBe("Write");
  await user.click(screen.getByRole("link", { name: "Home" }));
  await user.click(screen.getByRole("link", { name: "My tasks" }));
  await heading("Tasks of ana");
  expect(screen.getByLabelText("New task").value).toBe("Write");
});

test("another user never sees what was typed, and after a log-out it is gone", async () => {
  api();
  open("tasks", TOKENS.ana);
  await user.type(await screen.findByLabelText("New task"), "Secret");
  act(() => storeTokens(null));
  await logIn("bruno");
  await heading("Tasks of bruno");
  expect(screen.getByLabelText("New task").value).toBe("");
  await user.type(screen.getByLabelText("New task"), "Mine");
  await user.click(screen.getByRole("button", { name: "Log out" }));
  await logIn("bruno");
  await heading("Tasks of bruno");
  expect(screen.getByLabelText("New task").value).toBe("");
});

test("after the login the heading has the focus, after the log-out the first field or the heading", async () => {
  api();
  open("tasks");
  await logIn();
  expect(document.activeElement).toBe(await heading("Tasks of ana"));
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(document.activeElement).toBe(screen.getByLabelText("Username"));
  await logIn();
  await heading("Tasks of ana");
  await user.click(screen.getByRole("link", { name: "Home" }));
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(document.activeElement).toBe(await heading("Home"));
});

test("Try again leaves the focus on the heading", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError()));
  open("tasks", TOKENS.ana);
  await screen.findByRole("alert");
  api();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(document.activeElement).toBe(await heading("Tasks of ana"));
});

test("the page takes the focus from nobody who works elsewhere", async () => {
  const cell = document.createElement("input");
  document.body.append(cell);
  api();
  open("tasks", TOKENS.ana);
  await heading("Tasks of ana");
  cell.focus();
  act(() => storeTokens(null));
  expect(screen.getByRole("alert").textContent).toBe(ENDED);
  expect(document.activeElement).toBe(cell);
  cell.remove();
});

test("a page that is opened again sees a token that its own tab stored", async () => {
  api();
  open("members");
  await heading("Log in");
  storeFromOutside("i.am.ana");
  await user.click(screen.getByRole("link", { name: "Members only" }));
  expect(screen.getByRole("heading", { name: "Members only" })).toBeDefined();
});

test("a log-out that fails is told beside the name, and the user stays logged in", async () => {
  api();
  vi.mocked(logOut).mockRejectedValueOnce(new Error("Server not reachable"));
  open("tasks", TOKENS.ana);
  await user.type(await screen.findByLabelText("New task"), "Half of a thought");
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(await screen.findByText("You are still logged in: Server not reachable")).not.toBeNull();
  expect(screen.getByText("Tasks of ana")).not.toBeNull();
  expect(screen.getByLabelText("New task").value).toBe("Half of a thought");
  await user.click(screen.getByRole("button", { name: "Log out" }));
  expect(await screen.findByText("Not logged in")).not.toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a session that ends after a log-out that failed says so", async () => {
  api();
  vi.mocked(logOut).mockRejectedValueOnce(new Error("Server not reachable"));
  open("tasks", TOKENS.ana);
  await user.click(screen.getByRole("button", { name: "Log out" }));
  await screen.findByText("You are still logged in: Server not reachable");
  act(() => storeTokens(null));
  expect(screen.getByText(ENDED)).not.toBeNull();
});

test("a log-out that takes long is no session that has ended", async () => {
  api();
  let answer;
  vi.mocked(logOut).mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  open("tasks", TOKENS.ana);
  await screen.findByText("Tasks of ana");
  await user.click(screen.getByRole("button", { name: "Log out" }));
  act(() => lookAtSession());
  expect(screen.getByText("Tasks of ana")).not.toBeNull();
  act(() => storeTokens(null));
  answer();
  expect(await screen.findByText("Not logged in")).not.toBeNull();
  expect(screen.queryByText(ENDED)).toBeNull();
});

test("a session that comes back after its log-out can end like any other", async () => {
  api();
  open("tasks", TOKENS.ana);
  await screen.findByText("Tasks of ana");
  await user.click(screen.getByRole("button", { name: "Log out" }));
  await screen.findByText("Not logged in");
  act(() => storeTokens({ token: TOKENS.ana }));
  await screen.findByText("Tasks of ana");
  act(() => storeTokens(null));
  expect(await screen.findByText(ENDED)).not.toBeNull();
});

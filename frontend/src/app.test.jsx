import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setBaseUrl, storeToken } from "./api.js";
import { App } from "./app.jsx";
import { fakeServer, now, tokenWith } from "./fake_server.js";

const TOKENS = {
  ana: tokenWith({ sub: "1", exp: now() + 900 }),
  bruno: tokenWith({ sub: "2", exp: now() + 900 }),
};
const MARKUP = `<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>"'`;
const goTo = vi.fn();
let user;

beforeEach(() => {
  localStorage.clear();
  goTo.mockClear();
  setBaseUrl("http://api");
  user = userEvent.setup();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The API with two users. Their tasks, and the names their profiles show, can be changed by a test. */
function api(tasks = { ana: ["Read"], bruno: ["Call Ana"] }, names = { ana: "ana", bruno: "bruno" }) {
  const who = ({ headers }) =>
    Object.keys(TOKENS).find((name) => headers.Authorization === `Bearer ${TOKENS[name]}`);
  const ifKnown = (answer) => (request) => (who(request) ? answer(request) : [401, { msg: "no" }]);
  return fakeServer({
    "POST /token": ({ body }) => [200, { token: TOKENS[body.username] }],
    "GET /protected": ifKnown((request) => [200, { id: 1, username: names[who(request)] }]),
    "GET /tasks": ifKnown((request) => [200, tasks[who(request)].map((title, id) => ({ id, title }))]),
    "POST /tasks": ifKnown(({ body }) => [201, { id: 99, title: body.title }]),
  });
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
  if (token) storeToken(token);
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
  return screen.getAllByRole("listitem").map((item) => item.textContent);
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
  expect((await screen.findByRole("heading")).textContent).toBe(`Tasks of ${MARKUP}`);
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
    expect(sent).toEqual([]);
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
  act(() => storeToken(TOKENS.bruno));
  await heading("Tasks of bruno");
  await act(async () => answer());
  expect(titles()).toEqual(["Call Ana"]);
});

// The pages: one for everybody, two behind RequireAuth.

import { useEffect, useRef, useState } from "react";
import { addTask, deleteTask, getMyTasks, getProfile, lookAtSession } from "./api.js";
import { AuthProvider, RequireAuth, useAuth } from "./auth.jsx";
import { takeFocus } from "./focus.js";
import { Alert, Field, LoginForm } from "./login_form.jsx";

const PAGES = {
  home: { title: "Home", Content: Home },
  tasks: { title: "My tasks", Content: Tasks, isPrivate: true },
  members: { title: "Members only", Content: Members, isPrivate: true },
};
const NO_DRAFT = { userId: null, text: "" };
const NO_PROBLEM = { session: null, message: "" };

/** The whole front end. `page` is the name of the page to show, `goTo(name)` is called to show another. */
export function App({ page, goTo }) {
  return (
    <AuthProvider>
      <Pages page={page} goTo={goTo} />
    </AuthProvider>
  );
}

function Pages({ page, goTo }) {
  const { session, logOut } = useAuth();
  // What a user has typed and not sent outlives the end of a session, and is for this user only.
  const [draft, setDraft] = useState(NO_DRAFT);
  const root = useRef(null);
  useFocusThatIsNotLost(root, page, session);
  const { Content, isPrivate } = Object.hasOwn(PAGES, page) ? PAGES[page] : PAGES.home;
  const content = <Content draft={draft} setDraft={setDraft} />;
  return (
    <div className="app" ref={root}>
      <div className="top">
        <Navigation page={page} goTo={goTo} />
        <Account
          logOut={async () => {
            await logOut(); // it may fail, and then what was typed is still wanted
            setDraft(NO_DRAFT);
          }}
        />
      </div>
      {isPrivate ? <RequireAuth fallback={<LoginForm />}>{content}</RequireAuth> : content}
    </div>
  );
}

/** When something goes and takes the focus with it, the heading of what comes next gets the focus. */
function useFocusThatIsNotLost(root, page, session) {
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && document.activeElement === document.body) {
      root.current.querySelector("h2").focus();
    }
    isFirst.current = false;
  }, [root, page, session]);
}

function Navigation({ page, goTo }) {
  return (
    <nav aria-label="Pages">
      {Object.entries(PAGES).map(([name, { title }]) => (
        <a
          key={name}
          href={`#${name}`}
          aria-current={name === page ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            lookAtSession();
            goTo(name);
          }}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

/** Who is logged in. It takes the same room for everybody, so nothing below it moves at a login. */
function Account({ logOut }) {
  const { session } = useAuth();
  const [problem, setProblem] = useState(NO_PROBLEM);

  async function leave() {
    setProblem(NO_PROBLEM);
    await logOut().catch(({ message }) => setProblem({ session, message }));
  }

  return (
    <div className="account">
      {session === null ? (
        <span>Not logged in</span>
      ) : (
        <>
          <Alert>{problem.session === session && `You are still logged in: ${problem.message}`}</Alert>
          <UserName key={session} />
          <button onClick={leave}>Log out</button>
        </>
      )}
    </div>
  );
}

function UserName() {
  const [username, setUsername] = useState("");

  useEffect(() => {
    getProfile()
      .then((profile) => setUsername(profile.username))
      .catch(() => {}); // there is no name to show; the pages tell what is wrong
  }, []);

  return username && <span title={username}>Logged in as {username}</span>;
}

function Home() {
  return (
    <>
      <h2 tabIndex={-1}>Home</h2>
      <p>Everybody may read this page. Your tasks are for you alone.</p>
    </>
  );
}

function Members() {
  return (
    <>
      <h2 tabIndex={-1}>Members only</h2>
      <p>
        These words came with the program, to every visitor. The guard hides them. It does not protect them.
      </p>
    </>
  );
}

function Tasks({ draft, setDraft }) {
  const [data, setData] = useState(null);
  const [error, setError] = useState("");
  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    Promise.all([getProfile(), getMyTasks()])
      .then(([profile, tasks]) => setData({ profile, tasks }))
      .catch((problem) => setError(problem.message));
  }, [attempt]);

  /** Several answers may be on their way: each changes the tasks that are there when it comes. */
  function changeTasks(change) {
    setData((data) => ({ ...data, tasks: change(data.tasks) }));
  }

  function tryAgain(event) {
    // The button goes: the heading stays.
    takeFocus(event.target.closest("section").querySelector("h2"));
    setError("");
    setAttempt(attempt + 1);
  }

  if (data === null) {
    return (
      <section>
        <h2 tabIndex={-1}>My tasks</h2>
        <Alert>{error}</Alert>
        {error ? <button onClick={tryAgain}>Try again</button> : <p role="status">Loading …</p>}
      </section>
    );
  }
  const { profile, tasks } = data;
  return (
    <section>
      <h2 tabIndex={-1}>Tasks of {profile.username}</h2>
      {tasks.length === 0 && <p>There are no tasks.</p>}
      <ul>
        {tasks.map((task) => (
          <Task
            key={task.id}
            task={task}
            whenDeleted={() => changeTasks((tasks) => tasks.filter(({ id }) => id !== task.id))}
          />
        ))}
      </ul>
      <NewTask
        text={draft.userId === profile.id ? draft.text : ""}
        setText={(text) => setDraft({ userId: profile.id, text })}
        whenAdded={(task) => {
          changeTasks((tasks) => [...tasks, task].sort((a, b) => a.id - b.id));
          setDraft((draft) => (draft.text === task.title ? NO_DRAFT : draft));
        }}
      />
    </section>
  );
}

function Task({ task, whenDeleted }) {
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState("");

  async function remove(event) {
    if (isPending) return;
    const button = event.currentTarget;
    setIsPending(true);
    setError("");
    try {
      await deleteTask(task.id);
      if (document.activeElement === button) afterTask(button).focus();
      whenDeleted();
    } catch (problem) {
      setError(problem.message);
      setIsPending(false);
    }
  }

  return (
    <li>
      <span>{task.title}</span>
      <button
        className="quiet"
        aria-label={`Delete ${task.title}`}
        aria-disabled={isPending}
        onClick={remove}
      >
        Delete
      </button>
      <Alert>{error}</Alert>
    </li>
  );
}

/** Where the focus goes when a button goes: to the button of the next task, or to the field. */
function afterTask(button) {
  const task = button.closest("li").nextElementSibling;
  return task?.querySelector("button") ?? button.closest("section").querySelector("input");
}

function NewTask({ text, setText, whenAdded }) {
  const [sending, setSending] = useState([]); // the titles that are on their way
  const [error, setError] = useState("");

  async function add(event) {
    event.preventDefault();
    if (sending.includes(text)) return; // a second click
    setSending((titles) => [...titles, text]);
    setError("");
    try {
      whenAdded(await addTask(text));
    } catch (problem) {
      setError(problem.message);
    }
    setSending((titles) => titles.filter((title) => title !== text));
  }

  return (
    <form onSubmit={add} aria-label="Add a task">
      <Field
        label="New task"
        error={error}
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength="200"
      />
      <button aria-disabled={sending.includes(text)}>Add</button>
    </form>
  );
}

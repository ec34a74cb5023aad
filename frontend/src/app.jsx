// The pages: one for everybody, two behind RequireAuth.

import { Fragment, useEffect, useState } from "react";
import { addTask, getMyTasks, getProfile } from "./api.js";
import { AuthProvider, RequireAuth, useAuth } from "./auth.jsx";

const PAGES = {
  home: { title: "Home", Content: Home },
  tasks: { title: "My tasks", Content: Tasks, isPrivate: true },
  members: { title: "Members only", Content: Members, isPrivate: true },
};

/** The whole front end. `page` is the name of the page to show, `goTo(name)` is called to show another. */
export function App({ page, goTo }) {
  const { Content, isPrivate } = Object.hasOwn(PAGES, page) ? PAGES[page] : PAGES.home;
  const Guard = isPrivate ? RequireAuth : Fragment;
  return (
    <AuthProvider>
      <div className="app">
        <Navigation page={page} goTo={goTo} />
        <Guard>
          <Content />
        </Guard>
      </div>
    </AuthProvider>
  );
}

function Navigation({ page, goTo }) {
  const { token, logOut } = useAuth();
  return (
    <nav aria-label="Pages">
      {Object.entries(PAGES).map(([name, { title }]) => (
        <a
          key={name}
          href={`#${name}`}
          aria-current={name === page ? "page" : undefined}
          onClick={(event) => {
            event.preventDefault();
            goTo(name);
          }}
        >
          {title}
        </a>
      ))}
      {token !== null && <button onClick={logOut}>Log out</button>}
    </nav>
  );
}

function Home() {
  return (
    <>
      <h2>Home</h2>
      <p>Everybody may read this page. Your tasks are for you alone.</p>
    </>
  );
}

function Members() {
  return (
    <>
      <h2>Members only</h2>
      <p>
        These words came with the program, to every visitor. The guard hides them. It does not protect them.
      </p>
    </>
  );
}

function Tasks() {
  const [data, setData] = useState(null);
  const [error, setError] = useState("");
  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    Promise.all([getProfile(), getMyTasks()])
      .then(([profile, tasks]) => setData({ profile, tasks }))
      .catch((problem) => setError(problem.message));
  }, [attempt]);

  function tryAgain() {
    setError("");
    setAttempt(attempt + 1);
  }

  async function add(event) {
    event.preventDefault();
    const form = event.target;
    try {
      const task = await addTask(new FormData(form).get("title"));
      setData({ ...data, tasks: [...data.tasks, task] });
      setError("");
      form.reset();
    } catch (problem) {
      setError(problem.message);
    }
  }

  const problem = error && <p role="alert">{error}</p>;
  if (data === null) {
    return problem ? (
      <>
        {problem}
        <button onClick={tryAgain}>Try again</button>
      </>
    ) : (
      <p role="status">Loading …</p>
    );
  }
  return (
    <>
      <h2>Tasks of {data.profile.username}</h2>
      <ul>
        {data.tasks.map((task) => (
          <li key={task.id}>{task.title}</li>
        ))}
      </ul>
      <form onSubmit={add} aria-label="Add a task">
        <label>
          New task <input name="title" maxLength="200" required />
        </label>
        <button>Add</button>
      </form>
      {problem}
    </>
  );
}

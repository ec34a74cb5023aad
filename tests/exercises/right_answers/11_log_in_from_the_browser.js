// %% login -> an arrow function, properties of localStorage
const login = async (username, password) => {
  const options = { method: "POST", body: JSON.stringify({ password: password, username: username }) };
  options.headers = new Headers();
  options.headers.set("content-type", "application/json; charset=utf-8");
  const response = await window.fetch(API + "/token", options);
  if (response.status == 401) throw new Error("Invalid credentials");
  if (response.status != 200) throw new Error("Something went wrong: " + response.statusText);
  const text = await response.text();
  let data = null;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("The answer is no JSON");
  }
  if (data === null || data.token === undefined) throw new Error("No token came");
  localStorage["jwt-token"] = data.token;
  return data;
};


// %% login -> promises and then
function login(username, password) {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${API}/token`, { method: "post", headers, body: JSON.stringify({ username, password }) })
    .then((response) => {
      if (response.status === 401) throw Error("Invalid credentials");
      if (response.status >= 400) throw Error("The server has a problem");
      return response.json().catch(() => ({}));
    })
    .then((data) => {
      const token = data && data.token;
      if (!token) throw Error("Where is the token?");
      window.localStorage.setItem("jwt-token", token);
      return data;
    });
}


// %% login -> errors of its own class
class LoginError extends Error {
  constructor(message) {
    super(message);
    this.name = "LoginError";
  }
}

async function login(username, password) {
  const request = new Request(new URL("/token", API), {
    method: "POST",
    headers: [["Content-Type", "application/json"]],
    body: JSON.stringify({ username, password }),
  });
  const response = await fetch(request);
  switch (response.status) {
    case 200:
      break;
    case 401:
      throw new LoginError("Invalid credentials");
    default:
      throw new LoginError(`Unexpected status ${response.status}`);
  }
  try {
    const data = await response.json();
    if (typeof data.token !== "string") throw new LoginError("No token");
    window.localStorage["jwt-token"] = data.token;
    return data;
  } catch {
    throw new LoginError("The answer cannot be used");
  }
}


// %% get_my_tasks -> an arrow function, properties of localStorage
const base = API;
const getMyTasks = async () => {
  if (!("jwt-token" in localStorage)) throw new Error("Please log in");
  const headers = new Headers({ authorization: "Bearer " + localStorage["jwt-token"] });
  const response = await fetch(base + "/tasks", { method: "GET", headers });
  if (response.ok) return await response.json();
  throw new Error(response.status === 401 ? "Please log in" : await response.text());
};


// %% get_my_tasks -> promises and then
function getMyTasks() {
  const token = window.localStorage.getItem("jwt-token");
  if (!token) return Promise.reject(new Error("Please log in"));
  return fetch(`${API}/tasks`, { headers: { Authorization: `Bearer ${token}` } }).then((response) => {
    if (response.status === 401) throw new Error("Please log in");
    if (response.status !== 200) throw new Error("Status " + response.status);
    return response.json();
  });
}


// %% get_my_tasks -> errors of its own class, and a token that is forgotten
class NotLoggedIn extends Error {
  name = "NotLoggedIn";
  message = "Please log in";
}

async function getMyTasks() {
  const { "jwt-token": token } = localStorage;
  if (token === undefined) throw new NotLoggedIn();
  const response = await fetch(`${API}/tasks`, { headers: [["Authorization", `Bearer ${token}`]] });
  if (response.status === 401) {
    delete localStorage["jwt-token"];
    throw new NotLoggedIn();
  }
  if (response.status > 399) throw new Error("The server answers with a fault");
  const tasks = [];
  for (const task of await response.json()) tasks.push({ ...task });
  return tasks;
}


// %% auth_fetch -> an object of headers, properties of localStorage
const authFetch = async (path, options) => {
  const token = localStorage["jwt-token"];
  if (!token) throw new Error("Please log in");
  const headers = new Headers(options?.headers);
  headers.set("Authorization", "Bearer " + token);
  const response = await fetch(`${API}${path}`, { ...options, headers }).catch(() => {
    throw new Error("Server not reachable");
  });
  if (response.status !== 401) return response;
  delete localStorage["jwt-token"];
  throw new Error("Please log in");
};


// %% auth_fetch -> a request that is made first
async function authFetch(path, options = {}) {
  if (window.localStorage.getItem("jwt-token") === null) throw new Error("Please log in");
  const request = new Request(API + path, options);
  request.headers.append("authorization", `Bearer ${window.localStorage.getItem("jwt-token")}`);
  let response = null;
  try {
    response = await fetch(request);
  } catch (reason) {
    throw new Error("Server not reachable", { cause: reason });
  }
  if (response.status == 401) {
    window.localStorage.removeItem("jwt-token");
    throw new Error("Please log in");
  }
  return response;
}


// %% auth_fetch -> promises and then, errors of its own class
class CallError extends Error {
  name = "CallError";
}

function authFetch(path, options) {
  const token = localStorage.getItem("jwt-token");
  if (!token) return Promise.reject(new CallError("Please log in"));
  const all = Object.assign({}, options);
  all.headers = Object.assign({ Authorization: "Bearer " + token }, all.headers);
  const answered = (response) => {
    if (response.status === 401) {
      localStorage.removeItem("jwt-token");
      throw new CallError("Please log in");
    }
    return response;
  };
  const failed = () => {
    throw new CallError("Server not reachable");
  };
  return fetch(API + path, all).then(answered, failed);
}


// %% session_bar -> an arrow function, and the name of the context's value
import { useAuth } from "./auth.jsx";

const SessionBar = () => {
  const auth = useAuth();
  return auth.session ? (
    <button type="button" className="quiet" onClick={() => auth.logOut()}>
      Log out
    </button>
  ) : auth.hasEnded ? (
    <p>Your session has ended</p>
  ) : (
    <p>Nobody is logged in</p>
  );
};


// %% session_bar -> a fragment and &&
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  const isLoggedIn = session !== null;
  return (
    <>
      {isLoggedIn && <button onClick={(event) => { event.preventDefault(); logOut(); }}>Log out</button>}
      {!isLoggedIn && hasEnded && <p role="alert">Your session has ended</p>}
      {!isLoggedIn && !hasEnded && <p>Nobody is logged in</p>}
    </>
  );
}


// %% session_bar -> without JSX for the button, inside an element
import { createElement } from "react";
import { useAuth } from "./auth.jsx";

function SessionBar() {
  const { session, hasEnded, logOut } = useAuth();
  let words = "Nobody is logged in";
  if (hasEnded) words = "Your session has ended";
  const shown = session === null ? <p>{words}</p> : createElement("button", { onClick: logOut }, "Log out");
  return <section className="session">{shown}</section>;
}


// %% fake -> properties of localStorage, and no signature at all
const fake = () => {
  localStorage["jwt-token"] = ["", btoa('{"role":"admin","exp":9999999999}'), ""].join(".");
};


// %% fake -> the bytes of Node.js
function fake() {
  const section = (data) => Buffer.from(JSON.stringify(data)).toString("base64");
  const inAnHour = Math.floor(Date.now() / 1000) + 3600;
  const sections = [section({ alg: "none", typ: "JWT" }), section({ role: "admin", exp: inAnHour }), "signature"];
  window.localStorage.setItem("jwt-token", sections.join("."));
}


// %% fake -> async, and it asks the guard
async function fake() {
  const payload = { role: "admin", exp: Date.now() };
  await Promise.resolve();
  localStorage.setItem("jwt-token", "e30." + btoa(JSON.stringify(payload)) + ".e30");
  return mayEnter();
}

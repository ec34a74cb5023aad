// What the pages know of the API: its routes, its errors, and the token that opens the private routes.

const TOKEN = "jwt-token"; // its name in localStorage
const changes = new EventTarget();
let baseUrl = "";

/** Say where the API is, for example "http://127.0.0.1:5000". */
export function setBaseUrl(url) {
  baseUrl = url;
}

/** The token of this browser, or null if there is none, its time is over, or it cannot stand in a header. */
export function readToken() {
  const token = localStorage.getItem(TOKEN) ?? "";
  return /^[\w.-]+$/.test(token) && Date.now() < expiresAt(token) ? token : null;
}

/** Keep a token. null forgets it: that is the log-out. */
export function storeToken(token) {
  if (token === null) localStorage.removeItem(TOKEN);
  else localStorage.setItem(TOKEN, token);
  changes.dispatchEvent(new Event("change"));
}

/** Call `listener` whenever the token may have changed: here, in another tab, or with time. Returns how to stop. */
export function onTokenChange(listener) {
  changes.addEventListener("change", listener);
  window.addEventListener("storage", listener);
  window.addEventListener("focus", lookAtToken);
  const timer = setInterval(lookAtToken, 1000);
  return () => {
    changes.removeEventListener("change", listener);
    window.removeEventListener("storage", listener);
    window.removeEventListener("focus", lookAtToken);
    clearInterval(timer);
  };
}

/** Forget a token whose time is over, and notice one that this tab stored by itself: no event tells of either. */
export function lookAtToken() {
  if (localStorage.getItem(TOKEN) !== readToken()) localStorage.removeItem(TOKEN);
  changes.dispatchEvent(new Event("change"));
}

/** When the token expires, in milliseconds since 1970. The signature is not checked: only the server can do that. */
function expiresAt(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const { exp } = JSON.parse(atob(payload));
    return typeof exp === "number" ? exp * 1000 : Infinity;
  } catch {
    return Infinity;
  }
}

async function send(path, options) {
  try {
    return await fetch(baseUrl + path, options);
  } catch {
    throw new Error("Server not reachable");
  }
}

function inJson(data) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data),
  };
}

function withToken(token, options) {
  if (token === null) throw new Error("Please log in");
  return { ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } };
}

async function readData(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data?.msg ?? `The server answered ${response.status}`);
  return data;
}

/** Exchange a username and a password for a token, and keep it. */
export async function login(username, password) {
  const response = await send("/token", inJson({ username, password }));
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await readData(response);
  if (!data?.token) throw new Error("The answer has no token");
  storeToken(data.token);
  if (readToken() === null)
    throw new Error("The token is over already: is the clock of this computer right?");
  return data;
}

/** Make an account, and log in with it. */
export async function signUp(username, password) {
  await readData(await send("/users", inJson({ username, password })));
  return login(username, password);
}

/** fetch with the token. A refused token is forgotten: the user has to log in again. */
export async function authFetch(path, options = {}) {
  const token = readToken();
  const response = await send(path, withToken(token, options));
  if (response.status === 401) {
    // Another tab may have logged in meanwhile: its token is not the refused one.
    if (readToken() === token) storeToken(null);
    throw new Error("Please log in");
  }
  return response;
}

let asked = {}; // the last token, and the promise of its profile

/** Who the token belongs to: { id, username }. All who ask with the same token share one request. */
export function getProfile() {
  const token = readToken();
  if (asked.token !== token) {
    const question = { token, profile: readProfile(token) };
    question.profile.catch(() => {
      if (asked === question) asked = {}; // the next one asks again
    });
    asked = question;
  }
  return asked.profile;
}

/** A refused token is not forgotten here: a name in the navigation must not log anybody out. */
async function readProfile(token) {
  return readData(await send("/protected", withToken(token, {})));
}

/** The user's tasks: a list of { id, title }. */
export async function getMyTasks() {
  return readData(await authFetch("/tasks"));
}

/** Add a task, and return it: { id, title }. */
export async function addTask(title) {
  return readData(await authFetch("/tasks", inJson({ title })));
}

/** Delete a task. It is no error when it is gone already: another tab may have deleted it. */
export async function deleteTask(id) {
  const response = await authFetch(`/tasks/${id}`, { method: "DELETE" });
  if (response.status !== 404) await readData(response);
}

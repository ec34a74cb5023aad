// The session of a user, kept by the browser in cookies that no script can read: its begin, its calls, and its end.

import { inJson, readData, send } from "./http.js";

// The value goes with each request that changes something. It also names the session: every log-in gets another one.
const CSRF = /^(?:__Host-)?csrf-refresh$/;
const READABLE = /^(__Host-)?csrf-(access|refresh)$/;
const changes = new EventTarget();

/**
 * What names the session of this browser, the same text from the login to the end.
 * It is null if nobody is logged in, or if the time of the session is over.
 */
export function readSession() {
  return readCookies().find(([name]) => CSRF.test(name))?.[1] || null;
}

/** Call `listener` whenever the session may have changed: here, in another tab, or with time. Returns how to stop. */
export function onSessionChange(listener) {
  changes.addEventListener("change", listener);
  window.addEventListener("focus", listener);
  // No event tells of a cookie that another tab has changed, or whose time is over.
  const timer = setInterval(listener, 1000);
  return () => {
    changes.removeEventListener("change", listener);
    window.removeEventListener("focus", listener);
    clearInterval(timer);
  };
}

/** Notice a session that has begun or ended elsewhere. */
export function lookAtSession() {
  changes.dispatchEvent(new Event("change"));
}

/** Exchange a username and a password for a session. The answer says whose it is; its cookies say it to the server. */
export async function login(username, password) {
  const response = await send("/session", inJson({ username, password }));
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await readData(response);
  if (readSession() === null) throw new Error("This browser does not keep the cookies of this page");
  lookAtSession();
  return data;
}

/** End the session. Only the server can: it deletes the cookies. It throws an Error if no answer comes. */
export async function logOut() {
  const session = readSession();
  // keepalive: the user may close the page right after the click.
  const response = await send("/session", withCsrf({ method: "DELETE", keepalive: true }));
  if (response.status === 401) forget(session);
  else await readData(response);
  lookAtSession();
}

/** fetch as the user. If the answer is 401 in the end, the session is over, and the user has to log in again. */
export async function authFetch(path, options) {
  const session = readSession();
  const response = await fetchAsUser(path, options);
  if (response.status === 401) {
    forget(session);
    throw new Error("Please log in");
  }
  return response;
}

/** fetch with the session. If the answer is 401, refresh the session, and ask once more. */
export async function fetchAsUser(path, options = {}) {
  const session = readSession();
  if (session === null) throw new Error("Please log in");
  const response = await send(path, withCsrf(options));
  if (response.status !== 401 || !(await refresh(session)) || readSession() !== session) return response;
  return send(path, withCsrf(options));
}

const refreshing = new Map(); // each session that is being refreshed, and the promise of whether it was

/** Ask for new cookies of a session. All calls that need them share one request. */
function refresh(session) {
  if (!refreshing.has(session)) {
    const end = exchange().finally(() => refreshing.delete(session));
    refreshing.set(session, end);
  }
  return refreshing.get(session);
}

async function exchange() {
  const response = await send("/session/refresh", withCsrf({ method: "POST" }));
  if (response.status === 401) return false;
  await readData(response);
  return true;
}

/** Another site can make a browser send the cookies. It cannot read this one, so it cannot say its value. */
function withCsrf(options) {
  if ((options.method ?? "GET") === "GET") return options;
  return { ...options, headers: { ...options.headers, "X-CSRF-TOKEN": readSession() ?? "" } };
}

/** Forget a session that the server has ended. Another tab may have logged in meanwhile: that one stays. */
function forget(session) {
  if (readSession() !== session) return;
  for (const [name] of readCookies()) {
    if (READABLE.test(name)) document.cookie = `${name}=; Max-Age=0; Path=/; Secure; SameSite=Strict`;
  }
  lookAtSession();
}

function readCookies() {
  return document.cookie.split("; ").map((cookie) => cookie.split("=", 2));
}

// The session of a user, kept as tokens in localStorage: its begin, its calls, and its end.

import { inJson, readData, send } from "./http.js";

const SESSION = "session"; // the name of both tokens in localStorage: other tabs see both change at once
const changes = new EventTarget();

/**
 * What names the session of this browser, the same text from the login to the end.
 * It is null if nobody is logged in, or if the time of the tokens is over.
 */
export function readSession() {
  const { token, refresh_token } = readTokens();
  const good = [refresh_token, token].find((text) => text !== undefined && Date.now() < expiresAt(text));
  // Every refresh gives other tokens with the same sid. An API without refresh tokens gives no sid.
  return good === undefined ? null : `${claimsOf(good).sid ?? good}`;
}

/** Keep { token, refresh_token }, as the API answers them; it may give no refresh_token. null forgets them. */
export function storeTokens(tokens) {
  if (tokens === null) localStorage.removeItem(SESSION);
  else {
    const { token, refresh_token } = tokens;
    localStorage.setItem(SESSION, JSON.stringify({ token, refresh_token }));
  }
  changes.dispatchEvent(new Event("change"));
}

/** Call `listener` whenever the session may have changed: here, in another tab, or with time. Returns how to stop. */
export function onSessionChange(listener) {
  changes.addEventListener("change", listener);
  window.addEventListener("storage", listener);
  window.addEventListener("focus", lookAtSession);
  const timer = setInterval(lookAtSession, 1000);
  return () => {
    changes.removeEventListener("change", listener);
    window.removeEventListener("storage", listener);
    window.removeEventListener("focus", lookAtSession);
    clearInterval(timer);
  };
}

/** Forget tokens whose time is over, and notice what this tab stored by itself: no event tells of either. */
export function lookAtSession() {
  if (readSession() === null) localStorage.removeItem(SESSION);
  changes.dispatchEvent(new Event("change"));
}

/** Exchange a username and a password for tokens, and keep them. */
export async function login(username, password) {
  const response = await send("/token", inJson({ username, password }));
  if (response.status === 401) throw new Error("Invalid credentials");
  const data = await readNewTokens(response);
  storeTokens(data);
  if (readSession() === null)
    throw new Error("The token is over already: is the clock of this computer right?");
  return data;
}

/** Forget the tokens here at once, and tell the server to refuse them from now on. */
export async function logOut() {
  const { refresh_token } = readTokens();
  storeTokens(null);
  if (refresh_token === undefined) return; // this API cannot take a token back
  // keepalive: the user may close the page right after the click.
  send("/token", withToken(refresh_token, { method: "DELETE", keepalive: true })).catch(() => {});
}

/** fetch as the user. If the answer is 401 in the end, the session is over, and the user has to log in again. */
export async function authFetch(path, options) {
  const session = readSession();
  const response = await fetchAsUser(path, options);
  if (response.status === 401) {
    // Another tab may have logged in meanwhile: its session is not the refused one.
    if (readSession() === session) storeTokens(null);
    throw new Error("Please log in");
  }
  return response;
}

/** fetch with the token. If the answer is 401, ask once more with a newer token of the same session. */
export async function fetchAsUser(path, options = {}) {
  const session = readSession();
  if (session === null) throw new Error("Please log in");
  const { token } = readTokens();
  const response = await send(path, withToken(token, options));
  const newer = response.status === 401 ? await newerToken(session, token) : null;
  return newer === null ? response : send(path, withToken(newer, options));
}

/** The token that came after a refused one, or null. Another call or another tab may have asked for it already. */
async function newerToken(session, refused) {
  const { token, refresh_token } = readTokens();
  if (token === refused && refresh_token !== undefined) await refresh(refresh_token);
  const newest = readTokens().token;
  return readSession() === session && newest !== refused ? newest : null;
}

const refreshing = new Map(); // each refresh token that is on its way, and the promise of its end

/** Exchange a refresh token for new tokens. All calls that need it share one request. */
function refresh(refresh_token) {
  if (!refreshing.has(refresh_token)) {
    const end = exchange(refresh_token).finally(() => refreshing.delete(refresh_token));
    refreshing.set(refresh_token, end);
  }
  return refreshing.get(refresh_token);
}

async function exchange(refresh_token) {
  const response = await send("/token/refresh", withToken(refresh_token, { method: "POST" }));
  const isRefused = response.status === 401;
  const tokens = isRefused ? null : { refresh_token, ...(await readNewTokens(response)) };
  // Meanwhile the user may have logged out, or another tab may have stored newer tokens.
  if (readTokens().refresh_token === refresh_token) storeTokens(tokens);
}

async function readNewTokens(response) {
  const data = await readData(response);
  if (!data?.token) throw new Error("The answer has no token");
  return data;
}

function withToken(token, options) {
  return { ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } };
}

/** What is stored, or nothing if it cannot stand in a header. */
function readTokens() {
  try {
    const tokens = JSON.parse(localStorage.getItem(SESSION));
    if (Object.values(tokens).every((text) => /^[\w.-]+$/.test(text))) return tokens;
  } catch {
    // Somebody else has stored it.
  }
  return {};
}

/** When a token expires, in milliseconds since 1970. */
function expiresAt(token) {
  const { exp } = claimsOf(token);
  return typeof exp === "number" ? exp * 1000 : Infinity;
}

/** The claims of a token, if it can be read. The signature is not checked: only the server can do that. */
function claimsOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(payload)) ?? {};
  } catch {
    return {};
  }
}

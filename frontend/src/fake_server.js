// A stand-in for the API in component tests: it notes what is sent and answers what a test wants.

import { vi } from "vitest";

/** Answers by "METHOD path": [status, body], or a function that gives one. Returns the list of what was sent. */
export function fakeServer(answers) {
  const sent = [];
  vi.stubGlobal("fetch", async (url, { method = "GET", headers = {}, body } = {}) => {
    const path = url.replace("http://api", "");
    sent.push({ url, method, path, headers, body: body && JSON.parse(body) });
    const answer = answers[`${method} ${path}`] ?? [404, { msg: "Not found" }];
    const [status, data] = await (typeof answer === "function" ? answer(sent.at(-1)) : answer);
    const text = typeof data === "string" ? data : JSON.stringify(data);
    return new Response(status === 204 ? null : text, { status });
  });
  return sent;
}

export function serverIsDown() {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
}

/** A token that nobody signed, with these claims. */
export function tokenWith(claims) {
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  const payload = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return `e30.${payload}.x`;
}

export const now = () => Math.floor(Date.now() / 1000);

/** What is in localStorage of the session, or null. */
export function stored() {
  return JSON.parse(localStorage.getItem("session"));
}

/** Store tokens as another program does: without a word to the pages. */
export function storeFromOutside(token) {
  localStorage.setItem("session", JSON.stringify({ token }));
}

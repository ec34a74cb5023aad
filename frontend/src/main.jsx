// The front end as a page of its own. The part of the address after # names the page, so the back button works.

import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { setBaseUrl } from "./api.js";
import { App } from "./app.jsx";
import "./main.css";
import "./style.css";

function readPage() {
  return location.hash.slice(1) || "home";
}

function onPageChange(listener) {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}

function goTo(page) {
  location.hash = page;
}

function Page() {
  return <App page={useSyncExternalStore(onPageChange, readPage)} goTo={goTo} />;
}

// The API is one step above this page, also when a proxy puts both of them into a folder.
setBaseUrl(new URL("..", location.href).href.replace(/\/$/, ""));
createRoot(document.querySelector("#root")).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

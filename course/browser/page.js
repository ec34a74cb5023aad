// A page of a server of this notebook, in a frame: see page.py.

// Both are this computer, and to a browser they are two sites.
const OTHER = { localhost: "127.0.0.1", "127.0.0.1": "localhost" };
const ELSEWHERE =
  "Your JupyterLab does not run under localhost or 127.0.0.1. There is one host name for all servers of the notebook, " +
  "so there is no other site, and no page is shown here. Read what was recorded.";

function render({ model, el }) {
  el.classList.add("course");
  const own = location.hostname;
  if (!(own in OTHER)) {
    el.append(Object.assign(document.createElement("p"), { textContent: ELSEWHERE }));
    return;
  }
  const name = model.get("other_site") ? OTHER[own] : own;
  const address = new URL(model.get("path"), `http://${name}:${model.get("port")}`);
  if (model.get("beside")) address.searchParams.set("beside", `http://${own}:${model.get("beside")}`);
  const link = Object.assign(document.createElement("a"), {
    href: address.href,
    textContent: address.origin + address.pathname,
    target: "_blank",
    rel: "noopener",
  });
  const frame = Object.assign(document.createElement("iframe"), {
    src: address.href,
    title: `The page ${address.host}`,
  });
  el.replaceChildren(link, frame);
}

export default { render };

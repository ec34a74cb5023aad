// What stands around a component in a notebook: the style of the pages, and a stop for its keys. See react.py.

import { useEffect, useRef } from "react";
import { keepKeys } from "../page/keep_keys.js";

// The colour of the text is that of the notebook, whichever program shows it.
const IN_A_NOTEBOOK = `
.app { color: var(--jp-content-font-color1, inherit); }
.app .app { padding: 0; }
`;

export default function Frame({ style, children }) {
  const frame = useRef(null);
  // React listens at this element too, and listened first: it still gets every key that stops here.
  useEffect(() => keepKeys(frame.current.closest(".jupyter-react-widget")), []);
  return (
    <div className="app" ref={frame}>
      <style>{style + IN_A_NOTEBOOK}</style>
      {children}
    </div>
  );
}

// Cells that begin with %%keep hold JavaScript: JupyterLab colours, indents and comments them so.
//
// JupyterLab gives all cells of a notebook one language, that of the kernel, and gives it again after each start of
// the kernel. This is a prebuilt extension that needs no build: what a build would write around it is in these lines.
// https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html#prebuilt-extensions

const JAVASCRIPT = "text/jsx";
let shared;

function follow(model, notebook) {
  const see = () => {
    const isKept = model.sharedModel.getSource().startsWith("%%keep");
    if (isKept) model.mimeType = JAVASCRIPT;
    else if (model.mimeType === JAVASCRIPT) model.mimeType = notebook.codeMimetype;
  };
  model.contentChanged.connect(see);
  model.mimeTypeChanged.connect(see);
  see();
}

function followAll(panel) {
  const followed = new WeakSet();
  const followNew = () => {
    for (const cell of panel.content.widgets) {
      if (cell.model.type !== "code" || followed.has(cell.model)) continue;
      followed.add(cell.model);
      follow(cell.model, panel.content);
    }
  };
  panel.content.modelContentChanged.connect(followNew);
  panel.context.ready.then(followNew);
}

async function loadExtension() {
  const [{ get }] = Object.values(shared["@jupyterlab/notebook"]);
  const { INotebookTracker } = (await get())();
  return {
    id: "course-javascript:extension",
    autoStart: true,
    requires: [INotebookTracker],
    activate(app, tracker) {
      tracker.forEach(followAll);
      tracker.widgetAdded.connect((_, panel) => followAll(panel));
    },
  };
}

(window._JUPYTERLAB ??= {})["course-javascript"] = {
  init(scope) {
    shared = scope;
  },
  async get() {
    const extension = await loadExtension();
    return () => ({ __esModule: true, default: extension });
  },
};

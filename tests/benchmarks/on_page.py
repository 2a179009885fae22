"""What the browser is asked while a widget is displayed and dragged, and when it draws."""

WATCH = """
panels => {
  const bench = window.bench = { event: 0, last: 0, byPanel: new Map() };
  const found = new WeakMap();  // looked for once: watching must not slow down what it watches
  const drawn = (node) => {
    if (!found.get(node)) found.set(node, node.closest(panels));
    const panel = found.get(node);
    if (!panel) return;
    bench.last = performance.now();
    bench.byPanel.set(panel, bench.last);
  };
  const moved = (e) => { if (e.isTrusted) bench.event = e.timeStamp; };
  window.addEventListener("pointermove", moved, { capture: true });
  for (const name of ["clearRect", "fillRect", "stroke", "fill", "fillText"]) {
    const own = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      const result = own.apply(this, given);
      drawn(this.canvas);
      return result;
    };
  }
  new MutationObserver((all) => {
    for (const { target } of all)
      if (target.namespaceURI?.endsWith("/svg") || target.matches?.(panels)) drawn(target);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}
"""
SETTLED = """
async ([plot, panels, quiet, longest]) => {
  const { bench } = window;
  const own = document.querySelector(plot)?.closest(panels);
  const start = performance.now();
  const others = () => [...bench.byPanel].filter(([panel]) => panel !== own);
  const last = () => Math.max(0, ...others().map(([, time]) => time));
  while (performance.now() - start < longest) {
    await new Promise((done) => setTimeout(done, 10));
    const now = performance.now();
    if (now - Math.max(last(), bench.event, start) > quiet) break;
  }
  return last() > bench.event ? last() - bench.event : null;
}
"""
ECHO = """
async () => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const times = [];
  for (let i = 0; i < 21; i++) {
    const start = performance.now();
    await kernel.requestKernelInfo();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[10];
}
"""
DISPLAY = """
async ([quiet, patience]) => {
  const { commands, shell } = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  const start = performance.now();
  window.bench.last = 0;
  commands.execute("notebook:run-cell");
  while (!window.bench.last || performance.now() - window.bench.last < quiet) {
    if (performance.now() - start > patience) return null;
    await new Promise((done) => setTimeout(done, 20));
  }
  return window.bench.last - start;
}
"""
RELEASED = """
async ([quiet, longest]) => {
  const { bench } = window;
  const start = performance.now();
  bench.last = start;
  const rests = () =>
    !document.querySelector(".crmw[aria-busy=true]") && performance.now() - bench.last > quiet;
  while (!rests() && performance.now() - start < longest)
    await new Promise((done) => setTimeout(done, 20));
  return bench.last - start;
}
"""

FROM_NOTHING = """
async ([patience]) => {
  const { commands, shell } = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  const start = performance.now();
  commands.execute("notebook:run-cell");
  const said = [];
  let first = null;
  while (performance.now() - start < patience) {
    await new Promise((done) => setTimeout(done, 10));
    const root = document.querySelector(".crmw");
    if (!root) continue;
    const status = root.querySelector(".crmw-status")?.textContent;
    if (first === null && root.innerText.trim()) first = performance.now() - start;
    if (status && said.at(-1) !== status) said.push(status);
    const plots = [...root.querySelectorAll(".crmw-plot")];
    const drawn = plots.length && plots.every((plot) => plot.querySelector("canvas"));
    if (drawn && root.getAttribute("aria-busy") === "false")
      return [first, performance.now() - start, said];
  }
  return null;
}
"""

// What every widget carries: asks the shared runtime, loaded once a page, to draw this widget.
import type { Model, Strings } from "./contract";
import type { Exports } from "./runtime";

interface Host {
  getWidget(ref: string): Promise<{ exports: Exports }>;
  getModel(ref: string): Promise<Model>;
}

interface Render {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
  host: Host;
}

const PATIENCE_MS = 5000;
const RELOAD_MS = 500;

function say(model: Model, key: string, english: string): string {
  const found = (model.get("_strings") as Strings | undefined)?.[key];
  return typeof found === "string" ? found : english;
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error("timeout")), ms);
    promise.then(done, fail).finally(() => clearTimeout(timer));
  });
}

async function render({ model, el, signal, host }: Render): Promise<void> {
  let mounted = new AbortController();
  const show = async () => {
    mounted.abort();
    const current = new AbortController();
    mounted = current;
    el.textContent = say(model, "loading", "Loading …");
    try {
      const ref = model.get("_runtime") as string;
      const { exports } = await within(host.getWidget(ref), PATIENCE_MS);
      if (current.signal.aborted || signal.aborted) return;
      el.textContent = "";
      exports.mount({ model, el, signal: AbortSignal.any([signal, current.signal]) });
      const runtime = await host.getModel(ref);
      const reload = () => setTimeout(show, RELOAD_MS);
      runtime.on("change:_esm", reload);
      current.signal.addEventListener("abort", () => runtime.off("change:_esm", reload));
    } catch {
      if (current.signal.aborted || signal.aborted) return;
      el.textContent = say(
        model,
        "no_runtime",
        "The drawing code of this widget did not load. Run the cell again.",
      );
    }
  };
  model.on("change:_runtime", show);
  signal.addEventListener("abort", () => {
    model.off("change:_runtime", show);
    mounted.abort();
  });
  await show();
}

export default { render };

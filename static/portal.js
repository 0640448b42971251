// Improvements only: every page works without this file. What needs it is `hidden` and revealed here.
"use strict";
(() => {
  const all = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];

  // Says something to screen readers, and leaves the focus where it is. What comes at the same time is said together.
  const toSay = [];
  const say = (words) => {
    const said = document.getElementById("said");
    if (!said) return;
    said.textContent = "";
    if (toSay.push(words) > 1) return;
    setTimeout(() => { said.textContent = toSay.splice(0).join(". "); }, 150);
  };

  // The texts that are said when htmx changes them, by name; beside a progress bar once for each quarter of it.
  const announced = () => new Map(all(document, "[data-announce]").map((element) => {
    const text = element.dataset.words ?? element.textContent.trim();
    const words = element.id === "status" ? `${document.querySelector("h1")?.textContent.trim()}, ${text}` : text;
    const bar = element.closest(".progress")?.querySelector("progress");
    return [element.dataset.announce, { words, state: bar ? Math.floor(bar.position * 4) : words, row: element.matches("tr, li") }];
  }));
  let known = announced();
  // Of rows that change three are said at most, and none because it is new.
  const announce = () => {
    const now = announced();
    let rows = 0;
    for (const [name, { words, state, row }] of now) {
      const was = known.get(name);
      if (words && was?.state !== state && (!row || (was && ++rows < 4))) say(words);
    }
    known = now;
  };

  // Copies, also where the clipboard is closed to pages (plain http).
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "sr";
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw new Error("copying is refused");
    }
  };

  // Says beside the actions how many rows are ticked.
  const count = (line, aloud) => {
    const ticked = document.querySelectorAll(`input[name="${line.dataset.countTicks}"]:checked`).length;
    const { one, many } = line.dataset;
    line.dataset.none ??= line.textContent;
    const words = ticked === 0 ? line.dataset.none : ticked === 1 ? one : many.replace("#", ticked);
    if (line.textContent === words) return;
    line.textContent = words;
    if (aloud) say(words);
  };

  // Everything in `root` that waits for this file.
  const improve = (root) => {
    for (const button of all(root, "[data-copy], [data-close], [data-print], [data-reveal], [data-tick-all]")) button.hidden = false;
    for (const line of all(root, "[data-count-ticks]")) count(line, false);
    // A table drawn as cards stays a table.
    for (const table of all(root, "table.table")) {
      table.setAttribute("role", "table");
      for (const group of table.querySelectorAll("thead, tbody")) group.setAttribute("role", "rowgroup");
      for (const row of table.rows) {
        row.setAttribute("role", "row");
        for (const cell of row.cells) cell.setAttribute("role", { col: "columnheader", row: "rowheader" }[cell.scope] ?? "cell");
      }
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button, summary, a");
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (!button) return;
    const { copy: text, copied, close, print, reveal, hide } = button.dataset;
    if (text !== undefined) {
      const word = button.querySelector(".copy-word");
      try {
        await copy(text);
      } catch {
        // Copying is refused: the value is selected, ready for the keyboard.
        const value = button.previousElementSibling;
        if (value) getSelection().selectAllChildren(value);
        return;
      }
      say(copied);
      if (!word || button.dataset.was) return;
      button.dataset.was = word.textContent;
      word.textContent = copied;
      setTimeout(() => { word.textContent = button.dataset.was; delete button.dataset.was; }, 2000);
    } else if (close !== undefined) {
      button.closest(".notice").remove();
      document.getElementById("main").focus({ preventScroll: true });
    } else if (print !== undefined) {
      window.print();
    } else if (reveal !== undefined) {
      const input = document.getElementById(reveal);
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      const word = button.querySelector(".reveal-word");
      [word.textContent, button.dataset.hide] = [hide, word.textContent];
      input.focus();
    }
  });

  // One tick for all rows of the page.
  document.addEventListener("change", (event) => {
    const name = event.target.closest?.("[data-tick-all]")?.dataset.tickAll;
    if (name) for (const tick of document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)) tick.checked = event.target.checked;
    for (const line of document.querySelectorAll("[data-count-ticks]")) count(line, true);
  });

  // A shown password is hidden again before browsers remember it as text.
  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll?.("[data-reveal]") ?? []) document.getElementById(button.dataset.reveal).type = "password";
  }, true);

  // Escape closes the menu and gives the focus back.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A page from the back-forward memory may show what its person may no longer see.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // htmx: the sign-in page (the session is over) and the refusal of a search are pages, not pieces of this one.
  document.addEventListener("htmx:before:swap", (event) => {
    const { sourceElement: source, response } = event.detail.ctx ?? {};
    const answer = response?.raw;
    if (!answer?.url) return;
    const signIn = answer.redirected && new URL(answer.url).pathname === "/sign-in";
    const refused = answer.status >= 400 && source?.matches?.("form.search");
    if (!signIn && !refused) return;
    event.preventDefault();
    location.assign(answer.url);
  });
  document.addEventListener("htmx:after:swap", () => {
    improve(document);
    announce();
  });

  improve(document);
  // What answers the last act takes the focus, also in browsers that know `autofocus` for form controls only.
  document.querySelector("[data-focus]")?.focus();
  // A search that finds nothing says so when its page opens, too.
  if (location.search) for (const nothing of all(document, ".empty [data-announce]")) say(nothing.textContent.trim());
})();

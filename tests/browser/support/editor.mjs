// The code editor on a page, as an author uses it.

export class Editor {
  constructor(page) {
    this.page = page;
  }

  /** Waits until the editor has replaced the form's plain field. */
  async ready() {
    await this.page.locator(".is-monaco .view-lines").first().waitFor();
    await this.page.waitForFunction(() => document.querySelector(".is-monaco")?.editor);
  }

  text() {
    return this.page.evaluate(() => document.querySelector(".is-monaco").editor.getValue());
  }

  /** Replaces the whole text, as pasting would. */
  async fill(text) {
    await this.page.evaluate((text) => document.querySelector(".is-monaco").editor.setValue(text), text);
  }

  async moveTo(line, column) {
    await this.page.evaluate(
      ([lineNumber, column]) => {
        const { editor } = document.querySelector(".is-monaco");
        editor.focus();
        editor.setPosition({ lineNumber, column });
      },
      [line, column],
    );
  }

  /** Completions, opened with the keyboard or while typing. */
  async suggestions(ask = true) {
    const widget = this.page.locator(".suggest-widget.visible .monaco-list-row .label-name");
    if (ask) await this.page.keyboard.press("Control+Space");
    await widget.first().waitFor();
    return widget.allInnerTexts();
  }

  /** The diagnostics, once they match. */
  async markers(wanted) {
    for (;;) {
      const found = await this.page.evaluate(() => {
        const { editor } = document.querySelector(".is-monaco");
        return editor.getModel() === null ? [] : document.querySelector(".is-monaco").markers();
      });
      if (wanted(found)) return found;
      await this.page.waitForTimeout(50);
    }
  }
}

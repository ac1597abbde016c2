// The code editor on a page, as an author uses it.

export class Editor {
  constructor(page) {
    this.page = page;
  }

  /** Waits until there is an editor in place of the form's plain field. */
  async ready() {
    await this.page.locator(".is-monaco .view-lines").first().waitFor();
    await this.page.waitForFunction(() => document.querySelector(".is-monaco")?.editor);
  }

  text() {
    return this.page.evaluate(() => document.querySelector(".is-monaco").editor.getValue());
  }

  /** Puts a text in place of all that is there, as pasting would. */
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

  /** Names that are offered, asked for with the keyboard or while typing. */
  async suggestions(ask = true) {
    const widget = this.page.locator(".suggest-widget.visible .monaco-list-row .label-name");
    if (ask) await this.page.keyboard.press("Control+Space");
    await widget.first().waitFor();
    return widget.allInnerTexts();
  }

  /** What is marked, once it is as wanted. */
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

// Previews a schedule while it is typed: a sentence and the next times. Also shows only the fields of the chosen script type.

import { Refusal, call } from "./api";
import { text } from "./text";

interface Schedule {
  sentence: string;
  timezone: string;
  next: string[];
}

export function schedulePreview(form: HTMLFormElement): void {
  const kind = form.querySelector<HTMLSelectElement>('[name="type"]');
  const show = () => {
    for (const group of form.querySelectorAll<HTMLElement>("[data-kind]")) {
      group.hidden = !(group.dataset["kind"] ?? "").split(" ").includes(kind?.value ?? "");
    }
  };
  kind?.addEventListener("change", show);
  show();

  const place = form.querySelector<HTMLElement>("[data-cron-preview]");
  const expression = form.querySelector<HTMLInputElement>('[name="cron_expression"]');
  const zone = form.querySelector<HTMLInputElement>('[name="timezone"]');
  if (!place || !expression) return;
  let timer = 0;
  let asked = 0;
  const ask = () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      if (expression.value.trim() === "") return place.replaceChildren();
      const turn = ++asked;
      try {
        const found = await call<Schedule>("POST", "/schedule/preview", {
          cron_expression: expression.value,
          timezone: zone?.value ?? "",
        });
        if (turn === asked) tell(place, found);
      } catch (error) {
        if (turn !== asked) return;
        const said = document.createElement("p");
        said.className = "is-error";
        said.textContent = error instanceof Refusal ? (error.fields()[0]?.message ?? error.said()) : text("js.unreachable");
        place.replaceChildren(said);
      }
    }, 200);
  };
  if (zone) offerZones(zone);
  expression.addEventListener("input", ask);
  zone?.addEventListener("input", ask);
  ask();
}

function tell(place: HTMLElement, found: Schedule): void {
  const sentence = document.createElement("p");
  sentence.className = "is-cron-sentence";
  sentence.textContent = `${found.sentence} (${found.timezone})`;
  const list = document.createElement("ol");
  list.className = "is-times";
  // The Swedish locale formats dates as on all pages: 2026-01-31 09:00.
  const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: found.timezone });
  for (const time of found.next) {
    const item = document.createElement("li");
    item.textContent = format.format(new Date(time));
    list.append(item);
  }
  place.replaceChildren(sentence, list);
}

/** Offers the names of all time zones as suggestions. */
function offerZones(field: HTMLInputElement): void {
  const list = document.createElement("datalist");
  list.id = "is-zones";
  for (const name of Intl.supportedValuesOf("timeZone")) {
    const option = document.createElement("option");
    option.value = name;
    list.append(option);
  }
  field.after(list);
  field.setAttribute("list", list.id);
}

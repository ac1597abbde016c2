// The JSON API of the pages' own origin.

import { fill, find, language } from "./text";

export const API = "/scripts/api/v1";

/** Why the server refused, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | undefined,
    readonly details: Record<string, unknown>,
    /** Seconds after which it may be tried again, when the server says so. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }

  /** In the language of the page; English tells the very cause. */
  said(): string {
    return language() === "en" ? this.message : (find(`fault.${this.code}`) ?? this.message);
  }

  /** What is wrong with which field, in the language of the page. */
  fields(): { field: string; message: string; seen?: string }[] {
    const several = (this.details["fields"] as FieldProblem[] | undefined) ?? [];
    if (several.length === 0) return this.field === undefined ? [] : [{ field: this.field, message: this.said() }];
    const said = (problem: FieldProblem) =>
      language() === "en"
        ? problem.message
        : (exactly(problem.mistake) ??
          find(`problem.${problem.field}`) ??
          find(`problem.${problem.code}`) ??
          problem.message);
    return several.map((problem) => ({
      field: problem.field,
      message: said(problem),
      ...(problem.mistake?.values["seen"] === undefined ? {} : { seen: problem.mistake.values["seen"] }),
    }));
  }
}

interface FieldProblem {
  field: string;
  code: string;
  message: string;
  mistake?: Mistake;
}

/** Which mistake it is exactly: a word and its values. */
interface Mistake {
  code: string;
  values: Record<string, string>;
}

function exactly(mistake: Mistake | undefined): string | undefined {
  const said = mistake && find(`mistake.${mistake.code}`);
  if (!said) return undefined;
  const values = { ...mistake.values };
  const field = values["field"];
  if (field !== undefined) values["field"] = find(`mistake.field.${field}`) ?? field;
  return fill(said, values);
}

/** One call; rejects with a `Refusal`, or with a `TypeError` when the server cannot be reached. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  if (token) headers["x-csrf-token"] = token;
  const response = await fetch(API + path, {
    method,
    headers,
    credentials: "same-origin",
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return answer as T;
  const error = (answer["error"] ?? {}) as Record<string, unknown>;
  throw new Refusal(
    response.status,
    String(error["code"] ?? ""),
    String(error["message"] ?? response.statusText),
    error["field"] as string | undefined,
    (error["details"] ?? {}) as Record<string, unknown>,
    seconds(response.headers.get("retry-after")),
  );
}

function seconds(header: string | null): number | undefined {
  const seconds = Number(header ?? NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}

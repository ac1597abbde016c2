// Client of the JSON API on the pages' own origin.

import { fill, find, language } from "./text";

export const API = "/scripts/api/v1";

/** An error response of the API. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | undefined,
    readonly details: Record<string, unknown>,
    /** Seconds to wait before a retry, from the Retry-After header. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }

  /** The message in the language of the page. English shows the server's own message, which is more precise. */
  said(): string {
    return language() === "en" ? this.message : (find(`fault.${this.code}`) ?? this.message);
  }

  /** The invalid fields, with messages in the language of the page. */
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

/** The exact mistake: its code and the values for the message. */
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

/** Sends one request. Rejects with a `Refusal` for an error response, and with a `TypeError` if the server is unreachable. */
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

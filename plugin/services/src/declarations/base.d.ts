// The API available to every script beyond the language itself. Types are in the namespace `iota`, which exists for types only.

declare namespace iota {
    /** The argument of `handleRequest` of an endpoint script: `@param {iota.EndpointRequest} request`. */
    interface EndpointRequest {
        /** Upper case: `GET`. */
        method: string;
        path: string;
        /** The values of `{name}` parameters in the path. */
        params: { [name: string]: string };
        /** A list if a name occurs several times. */
        query: { [name: string]: string | string[] | undefined };
        /** Names in lower case; without cookies and authorization. */
        headers: { [name: string]: string | undefined };
        /** Parsed by its content type: JSON, a form, or text; null if there is no body or it cannot be parsed. */
        body: any;
        /** The raw body, if it is text. */
        rawBody?: string;
        /** The raw body, if it is not text. */
        bodyBase64?: string;
        ip: string | null;
    }

    /**
     * The return value of `handleRequest`. An object with only these members is a response; any other value is the body of one.
     */
    interface EndpointAnswer {
        /** 200 to 599; default 200, or 204 without a body. */
        status?: number | null;
        headers?: { [name: string]: string | number | boolean } | null;
        /** Text is sent unchanged, any other value as JSON. */
        body?: any;
    }

    /** The argument of an embedded script that handles events of the application: `@param {iota.IncomingEvent} event`. */
    interface IncomingEvent {
        id: string;
        type: string;
        /** The id of the user who caused it. */
        user: string | null;
        /** ISO 8601 text. */
        at: string;
        data: any;
    }

    /** The entry function of a scheduled or manually run script: `@type {iota.Main}`. */
    type Main = (input?: any) => unknown;

    /** The entry function of an endpoint: `@type {iota.HandleRequest}`. */
    type HandleRequest = (request: EndpointRequest) => unknown;

    /** The entry function for events: `@type {iota.HandleEvent}`. */
    type HandleEvent = (event: IncomingEvent) => unknown;

    /** The error thrown by a failed call: `@type {iota.CallError}`. */
    interface CallError extends Error {
        /** `NOT_FOUND`, `VALIDATION`, `FORBIDDEN`, … */
        code: string;
        /** A JSON pointer to the invalid argument, such as `/0/limit`. */
        field?: string;
        details?: any;
    }

    /** A `Date`, ISO 8601 text, or milliseconds since 1970. */
    type DateLike = Date | string | number;

    /** A time to live in seconds. */
    type TimeToLive = number | { ttl?: number | null } | null;

    type HttpValue = string | number | boolean | null | undefined;

    interface HttpOptions {
        /** Appended to the URL; a list repeats its name. */
        query?: { [name: string]: HttpValue | HttpValue[] };
        headers?: { [name: string]: HttpValue };
        /** A JSON body. A request has at most one body. */
        json?: any;
        /** A form body, URL-encoded. */
        form?: { [name: string]: HttpValue | HttpValue[] };
        /** A text body. */
        text?: string;
        /** A body of text or bytes. */
        body?: string | Uint8Array | ArrayBuffer | null;
        /** Time limit of one attempt in milliseconds, including its redirects and the whole response; default 10,000. */
        timeout_ms?: number;
        /** Number of retries after a temporary failure: 0 (default) to 10. */
        retries?: number;
        /** Also retries POST and PATCH, which may then take effect twice. */
        retry_any_method?: boolean;
        /** Maximum number of redirects: 0 to 20, default 5. With 0 a redirect is returned as the response. */
        redirects?: number;
    }

    interface HttpRequest extends HttpOptions {
        /** Default `GET`. */
        method?: "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";
        url: string;
    }

    interface HttpResponse {
        status: number;
        /** Whether the status is 200 to 299. */
        ok: boolean;
        /** The URL of the response, after redirects. */
        url: string;
        /** Names in lower case. */
        headers: { [name: string]: string | undefined };
        /** The body as text; null if it is not text. */
        body: string | null;
        /** Parses the body as JSON; throws `HTTP_NOT_JSON` if it is not valid JSON. */
        json(): any;
        /** The body decoded as text, whatever it is. */
        text(): string;
        /** The raw body. */
        bytes(): Uint8Array;
    }

    type HeadersInit = Headers | { [name: string]: string | number | boolean } | Iterable<readonly [string, string]>;

    /** For JSON, use `JSON.stringify(data)`. */
    type FetchBodyInit = string | URLSearchParams | ArrayBuffer | ArrayBufferView;

    interface FetchOptions {
        /** Default `GET`. */
        method?: string;
        headers?: HeadersInit;
        body?: FetchBodyInit | null;
        /** Default `follow`: at most 20. With `manual` a redirect is returned as the response. */
        redirect?: "follow" | "error" | "manual";
        /** Aborts the request. */
        signal?: AbortSignal | null;
    }

    interface ResponseOptions {
        /** Default 200. */
        status?: number;
        statusText?: string;
        headers?: HeadersInit;
    }

    /** A body is received whole and can be read once; streams are not supported. */
    interface FetchBody {
        readonly body: null;
        readonly bodyUsed: boolean;
        text(): Promise<string>;
        json(): Promise<any>;
        bytes(): Promise<Uint8Array>;
        arrayBuffer(): Promise<ArrayBuffer>;
    }

    interface AbortEvent {
        readonly type: "abort";
        readonly target: AbortSignal;
    }

    type AbortListener = ((this: AbortSignal, event: AbortEvent) => unknown) | { handleEvent(event: AbortEvent): unknown };

    /** A row returned by `db.query`. */
    type Row = { [column: string]: any };

    /** One of the application's tables: the type of its rows, and the columns that can be written. */
    interface Table<R, Written = never> {
        row: R;
        written: Written;
    }

    /** The application's tables by name. */
    interface Tables {}

    /** The accepted values of a column: integers also as BigInt, timestamps also as ISO 8601 text. */
    type Given<V> = 0 extends 1 & V ? any : GivenFor<NonNullable<V>> | null;
    type GivenFor<V> = V extends Date ? Date | string : V extends number ? number | bigint : V extends string ? string | number : V;

    /** Columns with their new values. */
    type Columns<R> = { [C in keyof R]?: Given<R[C]> };

    interface Operators<V> {
        eq?: V;
        ne?: V;
        lt?: V;
        lte?: V;
        gt?: V;
        gte?: V;
        like?: string;
        in?: readonly V[];
        notIn?: readonly V[];
        between?: readonly [V, V];
    }

    /** Each column with a value or with operators; all conditions must hold. */
    type Conditions<R> = { [C in keyof R]?: Given<R[C]> | Operators<Given<R[C]>> };

    /** `"name"`, `"name desc"` or `{ name: "desc" }`. */
    type Order<R> = string | { [C in keyof R]?: "asc" | "desc" };

    interface FindOptions<R> {
        columns?: readonly (keyof R)[];
        orderBy?: Order<R> | readonly Order<R>[];
        limit?: number;
        offset?: number;
    }

    /** The application's tables, in or outside of a transaction. */
    interface Database {
        /**
         * Runs one SELECT, INSERT, UPDATE or DELETE.
         * @param values for `$1`, `$2` …; an array is expanded to the list of an IN
         */
        query(sql: string, values?: readonly unknown[]): Promise<Row[] & { rowCount: number }>;
        /** Returns the first matching row, or null. */
        findOne<T extends keyof Tables>(table: T, conditions?: Conditions<Tables[T]["row"]>): Promise<Tables[T]["row"] | null>;
        /** Returns all matching rows. */
        findMany<T extends keyof Tables>(
            table: T,
            conditions?: Conditions<Tables[T]["row"]> | null,
            options?: FindOptions<Tables[T]["row"]>,
        ): Promise<Tables[T]["row"][]>;
        /** Inserts a row; returns the inserted row. */
        insert<T extends keyof Tables>(table: T, row: Tables[T]["written"]): Promise<Tables[T]["row"]>;
        /** Inserts rows with the same columns; returns the inserted rows. */
        insert<T extends keyof Tables>(table: T, rows: readonly Tables[T]["written"][]): Promise<Tables[T]["row"][]>;
        /** Updates all matching rows; returns their number. */
        update<T extends keyof Tables>(
            table: T,
            conditions: Conditions<Tables[T]["row"]>,
            row: Tables[T]["written"],
        ): Promise<number>;
        /** Deletes all matching rows; returns their number. */
        delete<T extends keyof Tables>(table: T, conditions: Conditions<Tables[T]["row"]>): Promise<number>;
        /** Commits the callback's changes made through `tx`, or rolls them back if it throws. Within a transaction it is a savepoint. */
        transaction<T>(callback: (tx: Database) => T | Promise<T>): Promise<T>;
    }

    type HashAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

    /** The encoding of bytes; default `hex`. */
    type DigestEncoding = "hex" | "base64" | "base64url";

    /** A zone by its IANA name, default the tenant's; and a language, default English. */
    type DatePlace = string | { zone?: string | null; locale?: Locale | null };

    /** A language tag: `ru`, `en-GB`, `uz-Cyrl`. */
    type Locale = string;

    /** A number, or digits as text, which keep their full precision. */
    type Amount = number | bigint | string;

    interface CsvFormat {
        /** Separates fields; default `,`. */
        separator?: string;
        /** Quotes fields; default `"`. */
        quote?: string;
    }

    interface CsvReading extends CsvFormat {
        /** Whether the first row contains the column names; default true. */
        header?: boolean;
        /** The column names, if the table has none. */
        columns?: readonly string[];
        /** Whether to trim white space around fields. */
        trim?: boolean;
    }

    interface CsvWriting extends CsvFormat {
        /** Whether to write the column names as the first row; default true. */
        header?: boolean;
        /** The columns to write, in this order; default all. */
        columns?: readonly string[];
        /** Whether to quote all fields. */
        quoteAll?: boolean;
        /** Default `\n`. */
        newline?: "\n" | "\r\n";
    }
}

/** The global object, for libraries that look for it. */
declare const self: typeof globalThis;

/** The script, tenant, user and run of this execution. Read-only. */
declare const context: {
    readonly tenant: {
        readonly id: string;
        readonly name: string;
        /** An IANA name: `Asia/Tashkent`. */
        readonly timezone?: string;
        readonly locale?: string;
    };
    /** Null if the application itself runs the script. */
    readonly user: {
        readonly id: string;
        readonly name: string;
        readonly email?: string;
        readonly locale?: string;
        readonly permissions: readonly string[];
        readonly roles: readonly string[];
    } | null;
    readonly script: {
        readonly id: string;
        readonly name: string;
        readonly type: "cron" | "one_off" | "endpoint" | "embedded";
        readonly version: number;
        /** The API version that it was written for. */
        readonly apiVersion: number;
    };
    readonly execution: {
        readonly id: string;
        readonly triggeredBy: "cron" | "manual" | "api" | "system" | "event" | "test";
    };
};

/** Writes lines to the log of the run. Objects are formatted as JSON; a line is truncated at 16 KiB. */
declare const console: {
    /** Writes a line at level debug. */
    debug(...values: unknown[]): void;
    /** Writes a line at level log. */
    log(...values: unknown[]): void;
    /** Writes a line at level info. */
    info(...values: unknown[]): void;
    /** Writes a line at level warn. */
    warn(...values: unknown[]): void;
    /** Writes a line at level error. */
    error(...values: unknown[]): void;
    /** Writes a line at level error unless the condition holds. */
    assert(condition?: unknown, ...values: unknown[]): void;
    /** Writes one value. */
    dir(value?: unknown, options?: unknown): void;
    /** Writes rows as a table with one column per member. */
    table(rows: unknown, columns?: readonly string[]): void;
    /** Writes a line and indents the following ones. */
    group(...values: unknown[]): void;
    /** Same as `group`. */
    groupCollapsed(...values: unknown[]): void;
    groupEnd(): void;
    /** Starts a timer. */
    time(label?: string): void;
    /** Writes the elapsed time of a timer, and further values. */
    timeLog(label?: string, ...values: unknown[]): void;
    /** Writes the elapsed time of a timer and removes it. */
    timeEnd(label?: string): void;
    /** Writes the number of calls with this label. */
    count(label?: string): void;
    countReset(label?: string): void;
};

/**
 * Calls a function later. Timers that have not fired when `main` ends are dropped.
 * @param delay in milliseconds
 * @returns an id for `clearTimeout`
 */
declare function setTimeout<A extends unknown[]>(callback: (...args: A) => unknown, delay?: number, ...args: A): number;
/** Calls a function repeatedly. */
declare function setInterval<A extends unknown[]>(callback: (...args: A) => unknown, delay?: number, ...args: A): number;
declare function clearTimeout(timer?: number | null): void;
declare function clearInterval(timer?: number | null): void;
/** Calls a function before any other waiting work. */
declare function queueMicrotask(callback: () => unknown): void;
/** Returns a deep copy. Throws a `DataCloneError` for functions, symbols, promises and proxies. */
declare function structuredClone<T>(value: T): T;
/** Encodes characters U+0000 to U+00FF as base64; for other text use `utils.base64.encode`. */
declare function btoa(text: string): string;
declare function atob(base64: string): string;

declare const crypto: {
    randomUUID(): string;
    /** Fills an array of integers with random values, up to 65,536 bytes. */
    getRandomValues<T extends ArrayBufferView>(array: T): T;
};

declare class TextEncoder {
    readonly encoding: "utf-8";
    encode(text?: string): Uint8Array;
    encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
    /** @param label a web encoding, such as `utf-8` or `windows-1251` */
    constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    /** @param options with `stream`, more bytes of the same text follow in another call */
    decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}

declare class URL {
    /** Throws a `TypeError` if the text is not a valid URL. */
    constructor(url: string | URL, base?: string | URL);
    static canParse(url: string | URL, base?: string | URL): boolean;
    /** Returns null if the text is not a valid URL. */
    static parse(url: string | URL, base?: string | URL): URL | null;
    href: string;
    readonly origin: string;
    protocol: string;
    username: string;
    password: string;
    host: string;
    hostname: string;
    port: string;
    pathname: string;
    search: string;
    hash: string;
    readonly searchParams: URLSearchParams;
    toString(): string;
    toJSON(): string;
}

declare class URLSearchParams {
    constructor(init?: string | URLSearchParams | Iterable<readonly [string, unknown]> | { [name: string]: unknown } | null);
    readonly size: number;
    append(name: string, value: unknown): void;
    delete(name: string, value?: unknown): void;
    get(name: string): string | null;
    getAll(name: string): string[];
    has(name: string, value?: unknown): boolean;
    set(name: string, value: unknown): void;
    sort(): void;
    toString(): string;
    forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void;
    keys(): IterableIterator<string>;
    values(): IterableIterator<string>;
    entries(): IterableIterator<[string, string]>;
    [Symbol.iterator](): IterableIterator<[string, string]>;
}

declare const performance: {
    /** Returns the milliseconds since the run began, with fractions. */
    now(): number;
    /** When the run began, in milliseconds since 1970. */
    readonly timeOrigin: number;
};

/** A web error: its `name` is `AbortError`, `TimeoutError`, `DataCloneError`, … */
declare class DOMException extends Error {
    /** @param name default `Error` */
    constructor(message?: string, name?: string);
    readonly code: number;
}

declare class AbortController {
    readonly signal: AbortSignal;
    /** @param reason default an `AbortError` */
    abort(reason?: any): void;
}

/** Signals that work should be aborted. Created by an `AbortController` or by the functions of this class. */
declare class AbortSignal {
    private constructor();
    static abort(reason?: any): AbortSignal;
    /** Returns a signal that aborts with a `TimeoutError` after this many milliseconds. */
    static timeout(ms: number): AbortSignal;
    /** Returns a signal that aborts with the first of these. */
    static any(signals: Iterable<AbortSignal>): AbortSignal;
    readonly aborted: boolean;
    readonly reason: any;
    throwIfAborted(): void;
    onabort: ((this: AbortSignal, event: iota.AbortEvent) => unknown) | null;
    addEventListener(type: "abort", listener: iota.AbortListener, options?: { once?: boolean } | null): void;
    removeEventListener(type: "abort", listener: iota.AbortListener): void;
    /** Calls the listeners of the event's type. */
    dispatchEvent(event: { type: string }): boolean;
}

/** Header names, case-insensitive, with their values. */
declare class Headers {
    constructor(init?: iota.HeadersInit | null);
    append(name: string, value: string): void;
    delete(name: string): void;
    get(name: string): string | null;
    getSetCookie(): string[];
    has(name: string): boolean;
    set(name: string, value: string): void;
    forEach(callback: (value: string, name: string, headers: Headers) => void, thisArg?: unknown): void;
    keys(): IterableIterator<string>;
    values(): IterableIterator<string>;
    entries(): IterableIterator<[string, string]>;
    [Symbol.iterator](): IterableIterator<[string, string]>;
}

/** A request of `fetch`. */
declare class Request implements iota.FetchBody {
    constructor(input: string | URL | Request, init?: iota.FetchOptions);
    readonly method: string;
    readonly url: string;
    readonly headers: Headers;
    readonly redirect: "follow" | "error" | "manual";
    readonly signal: AbortSignal;
    readonly body: null;
    readonly bodyUsed: boolean;
    clone(): Request;
    text(): Promise<string>;
    json(): Promise<any>;
    bytes(): Promise<Uint8Array>;
    arrayBuffer(): Promise<ArrayBuffer>;
}

/** A response of `fetch`. An endpoint may return one too. */
declare class Response implements iota.FetchBody {
    /** @param init the status is 200 to 599 */
    constructor(body?: iota.FetchBodyInit | null, init?: iota.ResponseOptions);
    static json(data: any, init?: iota.ResponseOptions): Response;
    static error(): Response;
    static redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308): Response;
    /** Whether the status is 200 to 299. */
    readonly ok: boolean;
    readonly status: number;
    readonly statusText: string;
    readonly headers: Headers;
    /** The URL of the response, after redirects. */
    readonly url: string;
    readonly redirected: boolean;
    readonly type: string;
    readonly body: null;
    readonly bodyUsed: boolean;
    clone(): Response;
    text(): Promise<string>;
    /** Parses the body as JSON; throws a `SyntaxError` with the code `HTTP_NOT_JSON` if it is not valid JSON. */
    json(): Promise<any>;
    bytes(): Promise<Uint8Array>;
    arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Sends a request to a host that the tenant allows, like `http`, with the web's functions. A status such as 404 is a
 * response; any other failure is a `TypeError` with the same `code` as from `http`, or the reason of the signal.
 */
declare function fetch(input: string | URL | Request, init?: iota.FetchOptions): Promise<Response>;

/** The application's declared tables: only the rows of this tenant. */
declare const db: iota.Database;

declare const events: {
    /**
     * Publishes an event of type `scripts.custom.` plus `type` on the application's bus.
     * @param type 1 to 200 letters, digits and `. _ - :`
     * @param data at most 64 KiB of JSON
     * @returns the id and the full type of the event
     */
    publish(type: string, data?: unknown): Promise<{ id: string; type: string }>;
};

/** The key-value store shared by all scripts of the tenant. A key has 1 to 255 characters. */
declare const storage: {
    /** Returns the value, or null if it does not exist or has expired. */
    get(key: string): Promise<any>;
    /**
     * Stores a value, replacing an earlier one.
     * @param value at most 256 KiB of JSON
     * @param ttl time to live; without it the value does not expire
     */
    set(key: string, value: unknown, ttl?: iota.TimeToLive): Promise<null>;
    /**
     * Stores a value only if the current one equals `expected`; returns whether it was stored.
     * @param expected null if there is no value
     */
    setIf(key: string, expected: unknown, value: unknown, ttl?: iota.TimeToLive): Promise<boolean>;
    /**
     * Adds to a number and returns the new number. Concurrent additions of several runs are all counted.
     * @param by default 1
     * @param ttl of a new number; an existing one keeps its own
     */
    increment(key: string, by?: number, ttl?: iota.TimeToLive): Promise<number>;
    /** Deletes a value; returns whether it existed. */
    delete(key: string): Promise<boolean>;
    /**
     * Returns keys in order.
     * @param prefix the prefix of the keys
     * @param page at most `limit` keys (1 to 1000, default 100), after a key
     */
    list(prefix?: string | null, page?: { limit?: number; after?: string } | null): Promise<string[]>;
};

/**
 * Sends requests to hosts that the tenant allows. A status such as 404 is a response; error codes begin with `HTTP_`.
 */
declare const http: {
    get(url: string, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    /** @param data text and bytes unchanged, any other value as JSON */
    post(url: string, data?: unknown, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    /** @param data text and bytes unchanged, any other value as JSON */
    put(url: string, data?: unknown, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    /** @param data text and bytes unchanged, any other value as JSON */
    patch(url: string, data?: unknown, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    delete(url: string, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    request(request: iota.HttpRequest): Promise<iota.HttpResponse>;
};

declare const utils: {
    /**
     * Returns a random UUID.
     * @deprecated since version 2 of the API: use `crypto.randomUUID()`
     */
    uuid(): string;
    /** Waits this many milliseconds, within the time limit of the run. */
    sleep(ms: number): Promise<void>;
    readonly date: {
        /** Returns the current time. */
        now(): Date;
        /**
         * Formats a time: `utils.date.format(date, "dddd D MMMM YYYY, HH:mm")`.
         *
         * Tokens: `YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h A a mm m ss s SSS Z ZZ`; text in `[brackets]` is literal.
         * @param pattern default as in `2024-05-31T17:00:00+05:00`
         * @param place a zone, or `{ zone, locale }` for names in another language
         */
        format(date: iota.DateLike, pattern?: string, place?: iota.DatePlace): string;
        /**
         * Parses text with the tokens of `format`. Throws if the text does not match.
         * @param pattern default ISO 8601
         * @param place a zone, for a text without one, or `{ zone, locale }` for names in another language
         */
        parse(text: string, pattern?: string, place?: iota.DatePlace): Date;
        /** Returns the same time of day this many days later, also across a change of daylight saving time. */
        addDays(date: iota.DateLike, days: number): Date;
    };
    /** Formats for people, by default in the tenant's language; the same on every machine. */
    readonly format: {
        number(
            value: iota.Amount,
            options?: {
                locale?: iota.Locale | null;
                /** Fixed number of decimals; default up to three for a number, and all for a text. */
                decimals?: number;
                minDecimals?: number;
                maxDecimals?: number;
                /** Whether digits are grouped in threes; default true. */
                grouping?: boolean;
                /** Whether 0.5 is formatted as 50%. */
                percent?: boolean;
            },
        ): string;
        /** @param currency a code such as `UZS`, which determines the number of decimals */
        money(value: iota.Amount, currency: string, options?: { locale?: iota.Locale | null; decimals?: number }): string;
        /** @param style a style (default `medium`), or a pattern of the tokens of `utils.date.format` */
        date(
            date: iota.DateLike,
            style?: "short" | "medium" | "long" | "full" | "time" | "datetime" | (string & {}),
            options?: { locale?: iota.Locale | null; zone?: string | null },
        ): string;
        /**
         * Formats the distance of a time: `in 3 days`, `2 hours ago`, `now`.
         * @param options `now` is the reference time, default the current time; `unit` defaults to the most suitable one
         */
        relative(
            date: iota.DateLike,
            options?: {
                locale?: iota.Locale | null;
                now?: iota.DateLike | null;
                unit?: "second" | "minute" | "hour" | "day" | "week" | "month" | "year" | null;
            },
        ): string;
    };
    readonly crypto: {
        /** Returns the digest; default `sha256` in hexadecimal. */
        hash(data: string | Uint8Array | ArrayBuffer, algorithm?: iota.HashAlgorithm, encoding?: iota.DigestEncoding): string;
        hash(data: string | Uint8Array | ArrayBuffer, algorithm: iota.HashAlgorithm | undefined, encoding: "bytes"): Uint8Array;
        /** Returns the message authentication code; default `sha256` in hexadecimal. */
        hmac(data: string | Uint8Array | ArrayBuffer, key: string | Uint8Array | ArrayBuffer, algorithm?: iota.HashAlgorithm, encoding?: iota.DigestEncoding): string;
        hmac(data: string | Uint8Array | ArrayBuffer, key: string | Uint8Array | ArrayBuffer, algorithm: iota.HashAlgorithm | undefined, encoding: "bytes"): Uint8Array;
        /** Compares two secrets in constant time. */
        equal(a: string | Uint8Array | ArrayBuffer, b: string | Uint8Array | ArrayBuffer): boolean;
        /** Returns this many random bytes in hexadecimal: 0 to 65,536. */
        randomBytes(length: number): string;
    };
    readonly base64: {
        /** Text is encoded as UTF-8. */
        encode(data: string | Uint8Array | ArrayBuffer, options?: { urlSafe?: boolean }): string;
        decode(text: string, options?: { as?: "text" }): string;
        decode(text: string, options: { as: "bytes" }): Uint8Array;
    };
    readonly csv: {
        /** Parses rows as objects with the column names as keys. Fields remain text. */
        parse(text: string, options?: iota.CsvReading & { header?: true }): { [column: string]: string }[];
        parse(text: string, options: iota.CsvReading & { columns: readonly string[] }): { [column: string]: string }[];
        /** Parses rows as arrays. */
        parse(text: string, options: iota.CsvReading & { header: false }): string[][];
        stringify(rows: readonly object[], options?: iota.CsvWriting): string;
    };
    readonly template: {
        /**
         * Renders a template: `Dear {{ name }}{% if vip %}, welcome back{% endif %}.`
         * @param template the text itself if it contains `{{` or `{%`, else the name of one of the tenant's templates;
         * values are escaped for HTML when the name ends in `.html` or `.htm`
         * @param options the language of a named template; default the tenant's
         */
        render(template: string, data?: unknown, options?: { locale?: string | null }): Promise<string>;
    };
};

/** A library of the tenant: an embedded script that others may import. */
declare module "lib:*";

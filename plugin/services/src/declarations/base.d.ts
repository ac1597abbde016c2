// What every script can reach beyond the language. Types stand in the namespace `iota`; it is no object of a script.

declare namespace iota {
    /** What `handleRequest` of an endpoint script gets: `@param {iota.EndpointRequest} request`. */
    interface EndpointRequest {
        /** In capitals: `GET`. */
        method: string;
        path: string;
        /** What stands in the path for `{name}`. */
        params: { [name: string]: string };
        /** A list where a name is there several times. */
        query: { [name: string]: string | string[] | undefined };
        /** Names in small letters; without cookies and authorization. */
        headers: { [name: string]: string | undefined };
        /** Read as its content type says: JSON, a form, or text; null when there is none or it cannot be read. */
        body: any;
        /** The body as it came, if it is text. */
        rawBody?: string;
        /** The body as it came, if it is not text. */
        bodyBase64?: string;
        ip: string | null;
    }

    /**
     * What `handleRequest` may return. An object of nothing but these is an answer; anything else is the body of one.
     */
    interface EndpointAnswer {
        /** 200 to 599; without it 200, or 204 when there is no body. */
        status?: number | null;
        headers?: { [name: string]: string | number | boolean } | null;
        /** Text is sent as it is, anything else as JSON. */
        body?: any;
    }

    /** What an embedded script gets that handles events of the application: `@param {iota.IncomingEvent} event`. */
    interface IncomingEvent {
        id: string;
        type: string;
        /** The id of the user who caused it. */
        user: string | null;
        /** ISO text. */
        at: string;
        data: any;
    }

    /** The function of a script that runs by itself or by hand: `@type {iota.Main}`. */
    type Main = (input?: any) => unknown;

    /** The function of an endpoint: `@type {iota.HandleRequest}`. */
    type HandleRequest = (request: EndpointRequest) => unknown;

    /** The function that takes events: `@type {iota.HandleEvent}`. */
    type HandleEvent = (event: IncomingEvent) => unknown;

    /** What is thrown when a call fails: `@type {iota.CallError}`. */
    interface CallError extends Error {
        /** `NOT_FOUND`, `VALIDATION`, `FORBIDDEN`, … */
        code: string;
        /** The argument at fault, as in `/0/limit`. */
        field?: string;
        details?: any;
    }

    /** A `Date`, ISO text, or milliseconds since 1970. */
    type DateLike = Date | string | number;

    /** A time to live in seconds. */
    type TimeToLive = number | { ttl?: number | null } | null;

    type HttpValue = string | number | boolean | null | undefined;

    interface HttpOptions {
        /** Goes behind the address; a list is its name several times. */
        query?: { [name: string]: HttpValue | HttpValue[] };
        headers?: { [name: string]: HttpValue };
        /** A body of JSON. A request has one body at most. */
        json?: any;
        /** A body as of a form on a page. */
        form?: { [name: string]: HttpValue | HttpValue[] };
        /** A body of text. */
        text?: string;
        /** A body of text or bytes. */
        body?: string | Uint8Array | ArrayBuffer | null;
        /** How long one attempt may take, its redirects and the whole answer included; usually 10,000. */
        timeout_ms?: number;
        /** How often it is sent again after a failure that may pass: 0 (the usual) to 10. */
        retries?: number;
        /** Also with POST and PATCH, which may then be done twice. */
        retry_any_method?: boolean;
        /** How many redirects are followed: 0 to 20, usually 5. With 0 a redirect is an answer like any other. */
        redirects?: number;
    }

    interface HttpRequest extends HttpOptions {
        /** `GET` without it. */
        method?: "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";
        url: string;
    }

    interface HttpResponse {
        status: number;
        /** The status is 200 to 299. */
        ok: boolean;
        /** Where the answer came from, after redirects. */
        url: string;
        /** Names in small letters. */
        headers: { [name: string]: string | undefined };
        /** The body as text; null when it is none. */
        body: string | null;
        /** The body as a value; it throws `HTTP_NOT_JSON` when it is none. */
        json(): any;
        /** The body as text, whatever it is. */
        text(): string;
        /** The body as it came. */
        bytes(): Uint8Array;
    }

    type HeadersInit = Headers | { [name: string]: string | number | boolean } | Iterable<readonly [string, string]>;

    /** For JSON write `JSON.stringify(data)`. */
    type FetchBodyInit = string | URLSearchParams | ArrayBuffer | ArrayBufferView;

    interface FetchOptions {
        /** `GET` without it. */
        method?: string;
        headers?: HeadersInit;
        body?: FetchBodyInit | null;
        /** `follow` without it: 20 at most. With `manual` a redirect is an answer like any other. */
        redirect?: "follow" | "error" | "manual";
        /** Ends the request. */
        signal?: AbortSignal | null;
    }

    interface ResponseOptions {
        /** 200 without it. */
        status?: number;
        statusText?: string;
        headers?: HeadersInit;
    }

    /** A body comes whole and is read once; there are no streams. */
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

    /** A row that `db.query` gives. */
    type Row = { [column: string]: any };

    /** One of the application's tables: a row of it, and what may be written into one. */
    interface Table<R, Written = never> {
        row: R;
        written: Written;
    }

    /** The application's tables by name. */
    interface Tables {}

    /** What stands for a value of a column: whole numbers as BigInt too, moments as ISO text too. */
    type Given<V> = 0 extends 1 & V ? any : GivenFor<NonNullable<V>> | null;
    type GivenFor<V> = V extends Date ? Date | string : V extends number ? number | bigint : V extends string ? string | number : V;

    /** Columns with what is to stand in them. */
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

    /** Each column with a value, or with operators: all of it must hold. */
    type Conditions<R> = { [C in keyof R]?: Given<R[C]> | Operators<Given<R[C]>> };

    /** `"name"`, `"name desc"` or `{ name: "desc" }`. */
    type Order<R> = string | { [C in keyof R]?: "asc" | "desc" };

    interface FindOptions<R> {
        columns?: readonly (keyof R)[];
        orderBy?: Order<R> | readonly Order<R>[];
        limit?: number;
        offset?: number;
    }

    /** The application's tables, by themselves or within a transaction. */
    interface Database {
        /**
         * Runs one SELECT, INSERT, UPDATE or DELETE.
         * @param values for `$1`, `$2` …; an array stands for the list of an IN
         */
        query(sql: string, values?: readonly unknown[]): Promise<Row[] & { rowCount: number }>;
        /** The first row that fits, or null. */
        findOne<T extends keyof Tables>(table: T, conditions?: Conditions<Tables[T]["row"]>): Promise<Tables[T]["row"] | null>;
        /** All rows that fit. */
        findMany<T extends keyof Tables>(
            table: T,
            conditions?: Conditions<Tables[T]["row"]> | null,
            options?: FindOptions<Tables[T]["row"]>,
        ): Promise<Tables[T]["row"][]>;
        /** Adds a row; the row as it is then. */
        insert<T extends keyof Tables>(table: T, row: Tables[T]["written"]): Promise<Tables[T]["row"]>;
        /** Adds rows, which have the same columns; the rows as they are then. */
        insert<T extends keyof Tables>(table: T, rows: readonly Tables[T]["written"][]): Promise<Tables[T]["row"][]>;
        /** Changes all rows that fit; how many. */
        update<T extends keyof Tables>(
            table: T,
            conditions: Conditions<Tables[T]["row"]>,
            row: Tables[T]["written"],
        ): Promise<number>;
        /** Removes all rows that fit; how many. */
        delete<T extends keyof Tables>(table: T, conditions: Conditions<Tables[T]["row"]>): Promise<number>;
        /** Keeps all that the callback does through `tx`, or, if it throws, nothing of it. Within a transaction it is a savepoint. */
        transaction<T>(callback: (tx: Database) => T | Promise<T>): Promise<T>;
    }

    type HashAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

    /** How bytes are written: `hex` unless another is named. */
    type DigestEncoding = "hex" | "base64" | "base64url";

    /** A zone by its IANA name, without it the tenant's; and a language, English without one. */
    type DatePlace = string | { zone?: string | null; locale?: Locale | null };

    /** A language by its tag: `ru`, `en-GB`, `uz-Cyrl`. */
    type Locale = string;

    /** A number, or a text of digits, of which none gets lost. */
    type Amount = number | bigint | string;

    interface CsvFormat {
        /** Between fields; `,` without it. */
        separator?: string;
        /** Around fields; `"` without it. */
        quote?: string;
    }

    interface CsvReading extends CsvFormat {
        /** Whether the first row has the names of the columns; true without it. */
        header?: boolean;
        /** The names, where the table has none. */
        columns?: readonly string[];
        /** Whether white space around fields is left out. */
        trim?: boolean;
    }

    interface CsvWriting extends CsvFormat {
        /** Whether the first row has the names of the columns; true without it. */
        header?: boolean;
        /** Which columns, in which order; all that there are without it. */
        columns?: readonly string[];
        /** Whether all fields are quoted. */
        quoteAll?: boolean;
        /** `\n` without it. */
        newline?: "\n" | "\r\n";
    }
}

/** The global object, as libraries look for it. */
declare const self: typeof globalThis;

/** Who runs which script for whom. It cannot be changed. */
declare const context: {
    readonly tenant: {
        readonly id: string;
        readonly name: string;
        /** An IANA name: `Asia/Tashkent`. */
        readonly timezone?: string;
        readonly locale?: string;
    };
    /** Null when the application itself runs the script. */
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
        /** The version of the API that it was written for. */
        readonly apiVersion: number;
    };
    readonly execution: {
        readonly id: string;
        readonly triggeredBy: "cron" | "manual" | "api" | "system" | "event" | "test";
    };
};

/** Lines for the log of the run. Objects are shown as JSON; a line is cut at 16 KiB. */
declare const console: {
    /** Writes a line of level debug. */
    debug(...values: unknown[]): void;
    /** Writes a line of level log. */
    log(...values: unknown[]): void;
    /** Writes a line of level info. */
    info(...values: unknown[]): void;
    /** Writes a line of level warn. */
    warn(...values: unknown[]): void;
    /** Writes a line of level error. */
    error(...values: unknown[]): void;
    /** Writes a line of level error unless the condition holds. */
    assert(condition?: unknown, ...values: unknown[]): void;
    /** Writes one value. */
    dir(value?: unknown, options?: unknown): void;
    /** Writes rows below each other, their members in columns. */
    table(rows: unknown, columns?: readonly string[]): void;
    /** Writes a line, and those that follow further in. */
    group(...values: unknown[]): void;
    /** As `group`. */
    groupCollapsed(...values: unknown[]): void;
    groupEnd(): void;
    /** Starts a stopwatch. */
    time(label?: string): void;
    /** Writes what a stopwatch says, and more after it. */
    timeLog(label?: string, ...values: unknown[]): void;
    /** Writes what a stopwatch says, and puts it away. */
    timeEnd(label?: string): void;
    /** Writes how often it was called with this label. */
    count(label?: string): void;
    countReset(label?: string): void;
};

/**
 * Calls a function later. What has not fired when `main` ends is dropped.
 * @param delay in milliseconds
 * @returns what `clearTimeout` takes
 */
declare function setTimeout<A extends unknown[]>(callback: (...args: A) => unknown, delay?: number, ...args: A): number;
/** Calls a function again and again. */
declare function setInterval<A extends unknown[]>(callback: (...args: A) => unknown, delay?: number, ...args: A): number;
declare function clearTimeout(timer?: number | null): void;
declare function clearInterval(timer?: number | null): void;
/** Calls a function before anything else that waits. */
declare function queueMicrotask(callback: () => unknown): void;
/** A copy that shares nothing with the value. It throws a `DataCloneError` for functions, symbols, promises and proxies. */
declare function structuredClone<T>(value: T): T;
/** Characters U+0000 to U+00FF as base64; for other text there is `utils.base64.encode`. */
declare function btoa(text: string): string;
declare function atob(base64: string): string;

declare const crypto: {
    randomUUID(): string;
    /** Fills an array of whole numbers with random ones, up to 65,536 bytes. */
    getRandomValues<T extends ArrayBufferView>(array: T): T;
};

declare class TextEncoder {
    readonly encoding: "utf-8";
    encode(text?: string): Uint8Array;
    encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
    /** @param label an encoding of the web, as `utf-8` or `windows-1251` */
    constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    /** @param options with `stream` more bytes of the same text follow in another call */
    decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}

declare class URL {
    /** It throws a `TypeError` when the text is no address. */
    constructor(url: string | URL, base?: string | URL);
    static canParse(url: string | URL, base?: string | URL): boolean;
    /** Null when the text is no address. */
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
    /** Milliseconds since the run began, with fractions. */
    now(): number;
    /** When the run began, in milliseconds since 1970. */
    readonly timeOrigin: number;
};

/** An error of the web: its `name` is `AbortError`, `TimeoutError`, `DataCloneError`, … */
declare class DOMException extends Error {
    /** @param name `Error` without it */
    constructor(message?: string, name?: string);
    readonly code: number;
}

declare class AbortController {
    readonly signal: AbortSignal;
    /** @param reason an `AbortError` without it */
    abort(reason?: any): void;
}

/** Says when work is to end. It comes from an `AbortController` or from the functions of this class. */
declare class AbortSignal {
    private constructor();
    static abort(reason?: any): AbortSignal;
    /** One that is aborted with a `TimeoutError` after so many milliseconds. */
    static timeout(ms: number): AbortSignal;
    /** One that is aborted with the first of these. */
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

/** Names of headers in any case with their values. */
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

/** What `fetch` sends. */
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

/** What `fetch` gives. An endpoint may return one too. */
declare class Response implements iota.FetchBody {
    /** @param init the status is 200 to 599 */
    constructor(body?: iota.FetchBodyInit | null, init?: iota.ResponseOptions);
    static json(data: any, init?: iota.ResponseOptions): Response;
    static error(): Response;
    static redirect(url: string | URL, status?: 301 | 302 | 303 | 307 | 308): Response;
    /** The status is 200 to 299. */
    readonly ok: boolean;
    readonly status: number;
    readonly statusText: string;
    readonly headers: Headers;
    /** Where the answer came from, after redirects. */
    readonly url: string;
    readonly redirected: boolean;
    readonly type: string;
    readonly body: null;
    readonly bodyUsed: boolean;
    clone(): Response;
    text(): Promise<string>;
    /** The body as a value; it throws a `SyntaxError` with the code `HTTP_NOT_JSON` when it is none. */
    json(): Promise<any>;
    bytes(): Promise<Uint8Array>;
    arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Sends a request to a host that the tenant allows, as `http` does, with the functions of the web. A status such as 404 is an
 * answer; anything else that goes wrong is a `TypeError` with the `code` that `http` gives, or the reason of the signal.
 */
declare function fetch(input: string | URL | Request, init?: iota.FetchOptions): Promise<Response>;

/** The application's tables, as far as they are declared: the rows of this tenant, and no others. */
declare const db: iota.Database;

declare const events: {
    /**
     * Puts `scripts.custom.` and the type on the application's bus.
     * @param type 1 to 200 of letters, digits and `. _ - :`
     * @param data at most 64 KiB of JSON
     * @returns the id and the full type of the event
     */
    publish(type: string, data?: unknown): Promise<{ id: string; type: string }>;
};

/** The key-value store that all scripts of the tenant share. A key has 1 to 255 characters. */
declare const storage: {
    /** The value, or null when there is none or its time is over. */
    get(key: string): Promise<any>;
    /**
     * Keeps a value in place of an earlier one.
     * @param value at most 256 KiB of JSON
     * @param ttl how long; without it the value stays
     */
    set(key: string, value: unknown, ttl?: iota.TimeToLive): Promise<null>;
    /**
     * Keeps a value only if the one that is there equals `expected`; whether it was kept.
     * @param expected null for nothing
     */
    setIf(key: string, expected: unknown, value: unknown, ttl?: iota.TimeToLive): Promise<boolean>;
    /**
     * Adds to a number, and answers what it is then. Runs that add at the same time each count.
     * @param by 1 without it
     * @param ttl of a number that begins; one that is there keeps its own
     */
    increment(key: string, by?: number, ttl?: iota.TimeToLive): Promise<number>;
    /** Removes a value; whether there was one. */
    delete(key: string): Promise<boolean>;
    /**
     * Keys in order.
     * @param prefix what they begin with
     * @param page at most `limit` of them (1 to 1000, usually 100), after a key
     */
    list(prefix?: string | null, page?: { limit?: number; after?: string } | null): Promise<string[]>;
};

/**
 * Requests to hosts that the tenant allows. A status such as 404 is an answer; what throws has a code that begins with `HTTP_`.
 */
declare const http: {
    get(url: string, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    /** @param data text and bytes as they are, anything else as JSON */
    post(url: string, data?: unknown, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    /** @param data text and bytes as they are, anything else as JSON */
    put(url: string, data?: unknown, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    /** @param data text and bytes as they are, anything else as JSON */
    patch(url: string, data?: unknown, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    delete(url: string, options?: iota.HttpOptions): Promise<iota.HttpResponse>;
    request(request: iota.HttpRequest): Promise<iota.HttpResponse>;
};

declare const utils: {
    /**
     * A random UUID.
     * @deprecated since version 2 of the API: use `crypto.randomUUID()`
     */
    uuid(): string;
    /** Waits so many milliseconds, within the time of the run. */
    sleep(ms: number): Promise<void>;
    readonly date: {
        /** The time now. */
        now(): Date;
        /**
         * Text like `utils.date.format(date, "dddd D MMMM YYYY, HH:mm")`.
         *
         * Tokens: `YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h A a mm m ss s SSS Z ZZ`; text in `[brackets]` stands for itself.
         * @param pattern without it `2024-05-31T17:00:00+05:00`
         * @param place a zone, or `{ zone, locale }` for names in another language
         */
        format(date: iota.DateLike, pattern?: string, place?: iota.DatePlace): string;
        /**
         * Reads a text, of the same tokens as `format`. It throws when the text does not fit.
         * @param pattern without it ISO text is read
         * @param place a zone, for a text that names none, or `{ zone, locale }` for names in another language
         */
        parse(text: string, pattern?: string, place?: iota.DatePlace): Date;
        /** The same time of day so many days later, also across a change of summer time. */
        addDays(date: iota.DateLike, days: number): Date;
    };
    /** Texts for people, in the tenant's language unless another is named; the same on every machine. */
    readonly format: {
        number(
            value: iota.Amount,
            options?: {
                locale?: iota.Locale | null;
                /** Exactly so many decimals; without it up to three of a number, and all of a text. */
                decimals?: number;
                minDecimals?: number;
                maxDecimals?: number;
                /** Whether digits stand in groups of three; true without it. */
                grouping?: boolean;
                /** Whether 0.5 is 50%. */
                percent?: boolean;
            },
        ): string;
        /** @param currency a code as `UZS`; it says how many decimals there are */
        money(value: iota.Amount, currency: string, options?: { locale?: iota.Locale | null; decimals?: number }): string;
        /** @param style a style, `medium` without one, or a pattern of the tokens of `utils.date.format` */
        date(
            date: iota.DateLike,
            style?: "short" | "medium" | "long" | "full" | "time" | "datetime" | (string & {}),
            options?: { locale?: iota.Locale | null; zone?: string | null },
        ): string;
        /**
         * How far away a time is: `in 3 days`, `2 hours ago`, `now`.
         * @param options `now` is what it is compared with, the present without it; `unit` what is counted, what suits without it
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
        /** The digest, in hexadecimal unless another encoding is named; `sha256` unless another algorithm is named. */
        hash(data: string | Uint8Array | ArrayBuffer, algorithm?: iota.HashAlgorithm, encoding?: iota.DigestEncoding): string;
        hash(data: string | Uint8Array | ArrayBuffer, algorithm: iota.HashAlgorithm | undefined, encoding: "bytes"): Uint8Array;
        /** The message authentication code; `sha256` in hexadecimal unless others are named. */
        hmac(data: string | Uint8Array | ArrayBuffer, key: string | Uint8Array | ArrayBuffer, algorithm?: iota.HashAlgorithm, encoding?: iota.DigestEncoding): string;
        hmac(data: string | Uint8Array | ArrayBuffer, key: string | Uint8Array | ArrayBuffer, algorithm: iota.HashAlgorithm | undefined, encoding: "bytes"): Uint8Array;
        /** Whether two secrets are the same, in a time that does not tell where they differ. */
        equal(a: string | Uint8Array | ArrayBuffer, b: string | Uint8Array | ArrayBuffer): boolean;
        /** So many random bytes in hexadecimal: 0 to 65,536. */
        randomBytes(length: number): string;
    };
    readonly base64: {
        /** Of a text its UTF-8. */
        encode(data: string | Uint8Array | ArrayBuffer, options?: { urlSafe?: boolean }): string;
        decode(text: string, options?: { as?: "text" }): string;
        decode(text: string, options: { as: "bytes" }): Uint8Array;
    };
    readonly csv: {
        /** Rows by the names of their columns. Fields stay text. */
        parse(text: string, options?: iota.CsvReading & { header?: true }): { [column: string]: string }[];
        parse(text: string, options: iota.CsvReading & { columns: readonly string[] }): { [column: string]: string }[];
        /** Rows as arrays. */
        parse(text: string, options: iota.CsvReading & { header: false }): string[][];
        stringify(rows: readonly object[], options?: iota.CsvWriting): string;
    };
    readonly template: {
        /**
         * Fills a template in: `Dear {{ name }}{% if vip %}, welcome back{% endif %}.`
         * @param template the text itself if it has `{{` or `{%` in it, else the name of one of the tenant's templates;
         * values are escaped for HTML when the name ends in `.html` or `.htm`
         * @param options the language of a template with a name; the tenant's without it
         */
        render(template: string, data?: unknown, options?: { locale?: string | null }): Promise<string>;
    };
};

/** A library of the tenant: an embedded script that others may import. */
declare module "lib:*";

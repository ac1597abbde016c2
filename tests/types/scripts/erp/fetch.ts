// errors: 14 15 16
export async function main(partner: string): Promise<Response> {
    const controller = new AbortController();
    controller.signal.addEventListener("abort", (event) => console.log(event.target.reason), { once: true });
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(1000)]);
    const request = new Request(partner, { method: "POST", body: new URLSearchParams({ a: "1" }), headers: [["X-A", "1"]], signal });
    const response: Response = await fetch(request, { redirect: "manual", headers: new Headers({ "X-B": "2" }) });
    for (const [name, value] of response.headers) console.log(name.length + value.length, response.headers.getSetCookie());
    const error = new DOMException("m", "AbortError");
    console.log(error.name, error.code, performance.now() - performance.timeOrigin, error instanceof Error);
    const bytes: Uint8Array = await response.clone().bytes();
    await fetch(new URL(partner), { method: "PUT", body: bytes });
    if (!response.ok) return Response.json({ status: response.statusText }, { status: 502 });
    await fetch(partner, { body: { a: 1 } });
    await fetch(partner, { timeout: 5 });
    new AbortSignal();
    return new Response(await response.text(), { headers: { "X-C": 3 } });
}

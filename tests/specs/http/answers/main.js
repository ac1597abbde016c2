async function main() {
    const text = await http.get('https://a.example/json');
    const cyrillic = await http.get('https://a.example/1251');
    const bytes = await http.get('https://a.example/png');
    const failed = await http.get('https://a.example/gone');
    console.log(text);
    return {
        data: text.json(),
        fresh: text.json() !== text.json(),
        awaited: await text.text(),
        type: text.headers['content-type'],
        keys: Object.keys(text),
        cyrillic: [cyrillic.body, Array.from(cyrillic.bytes())],
        bytes: [bytes.body, Array.from(bytes.bytes()), bytes.text(), bytes.bytes() instanceof Uint8Array],
        failed: [failed.ok, failed.status, failed.url],
    };
}

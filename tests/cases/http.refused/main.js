// A host that is not allowed, and an internal address, which cannot be allowed.
async function main() {
    const codes = [];
    for (const url of ['https://api.example.com/', 'http://127.0.0.1/', 'ftp://api.example.com/', 'no address']) {
        try {
            await http.get(url);
            codes.push('sent');
        } catch (error) {
            codes.push(error.code);
        }
    }
    return codes;
}

// Nobody has allowed this host, and an address inside is nobody's to allow.
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

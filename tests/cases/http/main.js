// Every method of http, to a partner that returns the request.
async function main(partner) {
    const answers = [
        await http.get(partner + '/a?x=1', { query: { y: 'ё' }, headers: { 'X-Mine': 'yes' } }),
        await http.post(partner + '/b', { n: 1 }),
        await http.put(partner + '/c', 'text'),
        await http.patch(partner + '/d', new Uint8Array([97, 98])),
        await http.delete(partner + '/e'),
        await http.request({ method: 'POST', url: partner + '/f', form: { a: [1, 2] } }),
    ];
    return answers.map((answer) => [answer.status, answer.headers['content-type'], ...answer.json()]);
}

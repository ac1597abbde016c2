// n: 5000
function main(n) {
    const lines = [];
    for (let i = 0; i < n; i++) {
        lines.push('2024-05-' + String(1 + (i % 28)).padStart(2, '0') + ' 10:00:' + (i % 60) + ' [' + (i % 4 ? 'INFO' : 'WARN') + '] user=' + (i % 37) + ' took=' + (i % 900) + 'ms');
    }
    const stats = new Map();
    for (const line of lines.join('\n').split('\n')) {
        const level = line.slice(line.indexOf('[') + 1, line.indexOf(']'));
        const fields = {};
        for (const part of line.substring(line.indexOf(']') + 2).split(' ')) {
            const [key, value] = part.split('=');
            fields[key] = value.endsWith('ms') ? parseInt(value, 10) : Number(value);
        }
        const day = line.substring(0, 10);
        const entry = stats.get(day) || { INFO: 0, WARN: 0, took: 0 };
        entry[level]++;
        entry.took = Math.max(entry.took, fields.took);
        stats.set(day, entry);
    }
    let text = '';
    stats.forEach((entry, day) => { text += day + entry.INFO + entry.WARN + entry.took });
    return text;
}

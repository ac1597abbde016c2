function main() {
    const first = performance.now();
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += i;
    const second = performance.now();
    const now = performance.timeOrigin + performance.now();
    return [typeof first, second >= first, first >= 0, Math.abs(now - Date.now()) < 1000, performance.timeOrigin === performance.timeOrigin, Object.prototype.toString.call(performance)];
}

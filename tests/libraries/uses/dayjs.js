// library: dayjs/dayjs.min.js
function main() {
    const day = library('2024-02-28T10:30:00');
    return {
        next: day.add(2, 'day').format('YYYY-MM-DD HH:mm'),
        words: day.format('dddd, D MMMM YYYY'),
        month: day.endOf('month').date(),
        difference: library('2024-12-31').diff('2024-01-01', 'day'),
        before: day.isBefore('2024-03-01'),
        invalid: library('nonsense').isValid(),
        week: day.startOf('week').format('MM-DD'),
    };
}

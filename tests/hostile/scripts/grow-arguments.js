// ends: memory | timeout | stack | user
// calls with ever more arguments
function main() {
    let all = [1]; for (;;) all = ((...more) => [...more, ...more])(...all);
}

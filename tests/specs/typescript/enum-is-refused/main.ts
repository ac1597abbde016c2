type Colour = "red" | "green";
enum Size { Small, Large }
function main(): Size { return Size.Small; }

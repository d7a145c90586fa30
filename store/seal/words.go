package seal

// wordList holds 256 plain, gentle English words, one a byte, for things that
// people read to each other: a member's fingerprint over the telephone, the
// head of the ledger in the minutes. No two share their first four letters or
// differ by a single letter, so a misheard word is noticed. The order is part
// of the file format: minutes keep words for years.
var wordList = [256]string{
	"acorn", "alder", "almond", "anchor", "apple", "apron", "arch", "aspen",
	"attic", "autumn", "badger", "bakery", "balcony", "bamboo", "barley", "basil",
	"basket", "bay", "beach", "birch", "biscuit", "blanket", "blossom", "blue",
	"bonfire", "bracken", "bramble", "bread", "breeze", "brick", "bridge", "brook",
	"bubble", "bucket", "button", "cabin", "calendar", "candle", "canoe", "canvas",
	"caramel", "cardigan", "carpet", "carrot", "castle", "cedar", "chalk", "cherry",
	"chestnut", "chimney", "cinnamon", "circle", "clarinet", "clay", "clover", "cobble",
	"cocoa", "comet", "compass", "copper", "coral", "cottage", "cricket", "crocus",
	"cuckoo", "curlew", "cushion", "daffodil", "daisy", "dandelion", "dolphin", "donkey",
	"dormouse", "drum", "duckling", "dumpling", "easel", "elbow", "elm", "ember",
	"emerald", "envelope", "fabric", "fennel", "fern", "ferry", "fiddle", "finch",
	"flannel", "flute", "forest", "fossil", "fountain", "foxglove", "galaxy", "gallery",
	"garden", "garlic", "ginger", "gloves", "gorse", "granite", "grape", "gravel",
	"green", "guitar", "hammock", "harbour", "harvest", "hazel", "heather", "hedge",
	"heron", "hillside", "honey", "horizon", "igloo", "inkwell", "island", "jacket",
	"jasmine", "jigsaw", "juniper", "kayak", "kettle", "kingfisher", "kitchen", "kite",
	"ladder", "lagoon", "lantern", "lavender", "lemon", "library", "lilac", "lily",
	"lupin", "magnet", "mallard", "mango", "maple", "marble", "marigold", "market",
	"marmalade", "marsh", "meadow", "melody", "midsummer", "mint", "mitten", "moonbeam",
	"morning", "moss", "museum", "mustard", "napkin", "nectar", "needle", "nightjar",
	"north", "notebook", "nutmeg", "oak", "oatmeal", "ocean", "olive", "onion",
	"opal", "orange", "orchard", "otter", "owl", "pancake", "panda", "paper",
	"parsley", "pebble", "pelican", "pencil", "penguin", "pepper", "piano", "picnic",
	"pigeon", "pine", "planet", "plum", "pocket", "pony", "poppy", "postcard",
	"potato", "primrose", "puddle", "puffin", "pumpkin", "quartz", "quilt", "quince",
	"rabbit", "radish", "rainbow", "raspberry", "ribbon", "river", "robin", "rose",
	"rowan", "saddle", "saffron", "sapphire", "satchel", "saucer", "scarf", "seashell",
	"sheep", "silver", "skylark", "snowdrop", "sparrow", "spinach", "spoon", "squirrel",
	"starling", "summer", "sunset", "swallow", "sycamore", "tangerine", "teapot", "thimble",
	"thistle", "timber", "toffee", "trumpet", "tulip", "turnip", "turtle", "umbrella",
	"valley", "vanilla", "velvet", "violet", "waffle", "walnut", "warbler", "waterfall",
	"wheat", "willow", "window", "winter", "wool", "wren", "yellow", "zebra",
}

// Word gives the word for one byte.
func Word(b byte) string { return wordList[b] }

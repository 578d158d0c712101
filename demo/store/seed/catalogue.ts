/** What the demo's shop sells. Nothing is random: every start of the demo on a new machine has the same shop. */

export interface Line {
  /** The leaf category; `parent` in CATEGORIES says where it hangs. */
  category: string
  type: string
  /** The price of the first product in euro; each further one costs a step more. */
  price: number
  step: number
  options: Record<string, string[]>
  tags: string[]
  material: string
  names: string[]
}

export const CATEGORIES: Record<string, string[]> = {
  Clothing: ["Jackets", "Trousers", "Base layers", "Knitwear"],
  Footwear: ["Hiking boots", "Trail shoes"],
  "Packs & bags": ["Daypacks", "Trekking packs"],
  "Camp & sleep": ["Tents", "Sleeping bags", "Kitchen"],
  Accessories: ["Hats & gloves"],
}

export const COLLECTIONS = ["Autumn trails", "Winter hut", "Summer alpine", "Everyday"]

export const TAGS = ["waterproof", "recycled", "ultralight", "merino", "down", "vegan", "bestseller", "new"]

const SIZES = ["S", "M", "L", "XL"]

export const LINES: Line[] = [
  {
    category: "Jackets",
    type: "Clothing",
    price: 189,
    step: 22,
    options: { Size: SIZES, Colour: ["Moss", "Night"] },
    tags: ["waterproof", "recycled", "bestseller"],
    material: "a three-layer shell of recycled polyamide with taped seams and a water column of 20,000 mm",
    names: [
      "Fjordline Shell",
      "Skarven Rain Jacket",
      "Almgrat Hardshell",
      "Brise Windbreaker",
      "Tarn Parka",
      "Kar Softshell",
    ],
  },
  {
    category: "Trousers",
    type: "Clothing",
    price: 95,
    step: 14,
    options: { Size: SIZES },
    tags: ["recycled", "bestseller"],
    material: "a stretch weave of organic cotton and recycled polyester, doubled at the knees and the seat",
    names: [
      "Heath Trekking Trousers",
      "Geröll Climbing Pants",
      "Lee Zip-off Trousers",
      "Pass Softshell Pants",
      "Moor Rain Trousers",
      "Weide Shorts",
    ],
  },
  {
    category: "Base layers",
    type: "Clothing",
    price: 55,
    step: 8,
    options: { Size: SIZES },
    tags: ["merino", "bestseller"],
    material: "18.5 micron merino wool from farms that do without mulesing, with flat seams under the straps",
    names: ["Ull Crew Shirt", "Ull Long Johns", "Nattö Half-zip", "Birk T-shirt", "Rime Hoodie", "Birk Singlet"],
  },
  {
    category: "Knitwear",
    type: "Clothing",
    price: 119,
    step: 16,
    options: { Size: SIZES },
    tags: ["merino", "new"],
    material: "a heavy rib knit of lambswool, spun and knitted in one valley and mended free of charge",
    names: ["Hytte Sweater", "Lofoten Cardigan", "Senn Pullover", "Grind Rollneck", "Kamin Vest", "Dale Zip Jacket"],
  },
  {
    category: "Hiking boots",
    type: "Footwear",
    price: 179,
    step: 18,
    options: { Size: ["38", "39", "40", "42", "43", "44"] },
    tags: ["waterproof", "bestseller"],
    material: "waxed nubuck of 2.4 mm on a sole that a cobbler can replace, with a rubber rand all around",
    names: ["Scree Mid", "Scree High", "Gamsstieg GTX", "Vidda Boot", "Via Approach", "Nordrand Winter Boot"],
  },
  {
    category: "Trail shoes",
    type: "Footwear",
    price: 119,
    step: 9,
    options: { Size: ["38", "39", "40", "42", "43", "44"] },
    tags: ["ultralight", "vegan", "new"],
    material: "a tear-resistant mesh over a cushioned sole with 5 mm lugs and a drop of 6 mm",
    names: ["Rill Runner", "Rill Runner Wide", "Grat Speed", "Fell Racer", "Wurzel Trail", "Kiesel Sandal"],
  },
  {
    category: "Daypacks",
    type: "Packs",
    price: 79,
    step: 12,
    options: { Volume: ["18 l", "26 l"], Colour: ["Pine", "Rust"] },
    tags: ["recycled", "vegan"],
    material: "a 210-denier ripstop of recycled nylon with a ventilated back and a rain cover in the bottom",
    names: [
      "Joch Daypack",
      "Skog Rolltop",
      "Stubai Climbing Pack",
      "Pendler Backpack",
      "Tal Bike Pack",
      "Horn Ski Pack",
    ],
  },
  {
    category: "Trekking packs",
    type: "Packs",
    price: 199,
    step: 24,
    options: { Volume: ["45 l", "60 l"], Back: ["Regular", "Long"] },
    tags: ["ultralight", "bestseller"],
    material: "an aluminium frame that carries 20 kg on the hips, and a lid that becomes a summit pack",
    names: [
      "Transalp Pack",
      "Kungsleden Pack",
      "E5 Ultralight",
      "Expedition Hauler",
      "Hut-to-hut Pack",
      "Weitweg Pack",
    ],
  },
  {
    category: "Tents",
    type: "Camp",
    price: 349,
    step: 55,
    options: { Persons: ["1", "2", "3", "4"] },
    tags: ["waterproof", "ultralight"],
    material: "siliconised ripstop on poles that are colour coded, with two porches and a floor of 10,000 mm",
    names: ["Kvist Tunnel", "Kvist Geodesic", "Alm Dome", "Solo Bivy", "Basecamp Lodge", "Fjell Pyramid"],
  },
  {
    category: "Sleeping bags",
    type: "Camp",
    price: 159,
    step: 32,
    options: { Length: ["Regular", "Long"], Comfort: ["5 °C", "-9 °C"] },
    tags: ["down", "ultralight"],
    material: "duck down of 750 cuin that can be traced to the farm, in baffles that keep it where it warms",
    names: ["Polar Mummy", "Firn Down Bag", "Tussock Synthetic", "Summer Quilt", "Winterhut Bag", "Twin Sleeper"],
  },
  {
    category: "Kitchen",
    type: "Camp",
    price: 29,
    step: 11,
    options: { Set: ["1 person", "2 persons", "4 persons", "6 persons"] },
    tags: ["ultralight", "new"],
    material: "hard-anodised aluminium and beech, packed one inside the other so that nothing rattles",
    names: [
      "Glut Cook Set",
      "Funke Gas Stove",
      "Bach Water Filter",
      "Morgen Coffee Press",
      "Kumme Bowls",
      "Löffel Cutlery",
    ],
  },
  {
    category: "Hats & gloves",
    type: "Accessories",
    price: 25,
    step: 6,
    options: { Size: ["S/M", "L/XL"], Colour: ["Ember", "Ink"] },
    tags: ["merino", "vegan"],
    material: "fleece-lined wool with a band that stays put under a helmet",
    names: ["Lue Beanie", "Reif Gloves", "Sturm Balaclava", "Schirm Cap", "Wickel Scarf", "Grip Mittens"],
  },
]

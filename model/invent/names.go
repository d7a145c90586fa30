package invent

// Names, places and things that fill the slots. The mix is that of an English town;
// the town, its schools and its streets are nowhere.

func girls() []string {
	return words(`Amelia Aisha Bethan Carmel Chidinma Daisy Eilidh Ella Esme Fatima Florence Freya Gwen Halima Hannah Harriet
		Imogen Ines Isla Ivy Jasmine Joanna Kezia Lacey Leila Libby Lottie Maisie Marnie Maryam Megan Mila Nadia Nell Niamh Olive
		Orla Phoebe Poppy Priya Rosa Ruby Safiya Seren Shanelle Skye Tabitha Talia Thea Tilly Verity Willow Yasmin Zainab Zofia Zara`)
}

func boys() []string {
	return words(`Aaron Adam Alfie Amir Archie Ben Billy Bobby Caleb Callum Cole Daniel Dexter Dylan Elijah Emre Ethan Ewan Felix
		Finley Frankie George Haris Harvey Hugo Ibrahim Idris Isaac Jacob Jamal Jasper Joel Jonah Kai Kian Kofi Leo Lewis Logan Luca
		Malachi Mateo Milo Mohsin Noah Oliver Omar Oscar Owen Rafi Reuben Riley Rohan Rory Samir Tariq Theo Toby Tomasz Zac`)
}

func women() []string {
	return words(`Alison Angela Anita Bernadette Beverley Bridget Carol Carys Cathryn Cheryl Claire Dawn Deborah Denise Donna Eleanor
		Elaine Farida Fiona Gemma Grace Helen Ifeoma Jacqueline Jade Janet Jodie Judith Kayleigh Kelly Kirsty Laura Leanne Linda
		Lorraine Louise Magda Maureen Melanie Michelle Naomi Natalie Nicola Patience Paula Rachel Rebecca Rekha Roxanne Samantha
		Sandra Shabnam Shannon Sharon Stacey Stephanie Sunita Tanya Tracey Wendy Yvonne`)
}

func men() []string {
	return words(`Adrian Alan Andrew Anthony Asif Barry Bradley Brendan Carl Chinedu Christopher Clive Craig Curtis Darren Dean Declan
		Dennis Derek Duncan Errol Gareth Gary Glenn Graham Hassan Howard Ian Imran Jason Jermaine Karl Keith Kevin Kieran Lee Liam
		Lloyd Marcin Mark Martin Nathan Neil Nigel Patrick Paul Peter Phil Raymond Ricky Robert Ross Ryan Scott Sean Shaun Simon
		Stefan Stuart Terence Tony Trevor Vikram Wayne`)
}

func surnames() []string {
	return words(`Abbot Adeoye Ainscough Akhtar Allerton Amadi Appleyard Ashdown Balogun Banfield Barraclough Beckwith Bevan Birchall
		Blakeway Bodnar Brackley Bramhall Burdett Cadwell Calloway Carrick Chowdhury Clegg Coldwell Conlon Cottam Cresswell
		Dacosta Dalgleish Darrow Deakin Denholm Dunmore Eastwick Eccles Ellerby Entwistle Fairclough Farrell Fenwick Firth Flanagan
		Garside Gilroy Goddard Gorton Greatorex Grewal Haddow Halliwell Hargreave Hartley Hebden Heywood Holroyd Hussain Ingham
		Iqbal Jagger Jarrett Kaczmarek Kearney Kershaw Khatun Kirkby Lamptey Langstaff Larkin Leadbetter Lomax Lythgoe Madden
		Malhotra Marsh Mawson Mensah Merrick Midgley Mistry Moorcroft Mulligan Naylor Newsome Nowak Nuttall Oakes Ogden Okafor
		Oldroyd Ormerod Osei Padgett Pascoe Patel Pemberton Penrose Pickup Platt Pollitt Quarmby Quigley Rahman Ramsbottom Rawson
		Redfern Ridley Rigby Roscoe Rushworth Sandhu Scholes Seddon Shackleton Sharples Siddiqui Skelton Slater Sowerby Stansfield
		Sutcliffe Swindells Tattersall Teale Thackray Thwaite Tolson Tranter Tunnicliffe Uttley Varley Walmsley Wardle Wetherby
		Whitham Wignall Wolstenholme Woodhead Wrigley Yardley Yeadon Zielinski`)
}

func streets() []string {
	return phrases(`Alder Way|Bramble Close|Canal Row|Cobbler's Lane|Curlew Road|Dyer Street|East Parade|Foundry Terrace|Gasworks Lane|
		Granary Court|Harbour View|Heron Crescent|Jubilee Gardens|Kiln Street|Lantern Road|Lower Quay|Mallard Avenue|Mill Rise|
		Moorgate Walk|Netmaker Street|Old Orchard Road|Osier Close|Pottery Lane|Quarry Bank|Rope Walk|Saltings Road|Sextant Drive|
		Signal Street|Tannery Close|Tarn Road|Thimble Hill|Upper Croft|Viaduct Street|Weaver's Yard|Wharf Lane|Windmill Drive`)
}

func safePlaces() []string {
	return phrases(`Flat 6, Quayside Court, Eastholme|19 Larkspur Mews, Eastholme|Flat 2, Beacon House, Wexcombe|
		31 Hollin Grove, Wexcombe|The Old Chapel, Ferry Road, Eastholme|8 Petrel Walk, Saltby|Flat 11, Lark House, Saltby|
		44 Tithe Barn Road, Wexcombe|3 Compass Yard, Eastholme|Flat 9, Mariners' Rest, Saltby|27 Ivy Bank, Wexcombe|5 Sorrel Close, Saltby`)
}

func primaries() []string {
	return phrases(`Fernhill Primary|Saltmarsh Primary|Quarry Bank Primary|St Brannoc's Primary|Canal Street Primary|Heron Primary Academy|
		Moorgate Infants|Windmill Primary|Old Orchard Primary`)
}

func secondaries() []string {
	return phrases(`Northmoor Academy|Thimble Hill School|St Brannoc's High|The Foundry School|Eastholme High`)
}

func nurseries() []string {
	return phrases(`Little Wrens Nursery|Harbour Lights Nursery|The Acorn Room|Puddle Lane Nursery|Tadpoles Pre-school|Mill Rise Nursery`)
}

func surgeries() []string {
	return phrases(`Harbour Road Surgery|Kiln Street Practice|The Moorgate Surgery|Wharf Lane Medical Centre|Saltings Health Centre|Eastholme Surgery`)
}

func hospitals() []string {
	return phrases(`Northmoor General|Northmoor General|Northmoor General|Eastholme Infirmary`)
}
func parks() []string {
	return phrases(`Weir Park|the boating lake|Saltings Meadow|the canal basin|Quarry Pond|Thimble Hill park`)
}
func hubs() []string {
	return phrases(`the Curlew Hub|Mill Rise Family Centre|the Wharf Lane Hub|the Old Library`)
}
func clubs() []string {
	return phrases(`Northmoor Juniors|the Saltings Swimming Club|Foundry Boxing|Tarn Road Gymnastics|the Thursday club`)
}
func estates() []string {
	return phrases(`the Saltings estate|Quarry Bank|the Heron estate|Mill Rise|Lower Quay`)
}
func toys() []string {
	return words(`bear rabbit digger fire-engine penguin dinosaur tiger lamb robot boat dragon giraffe`)
}
func foods() []string {
	return phrases(`fish fingers|beans on toast|jollof rice|soup|pancakes|dal and rice|shepherd's pie|noodles|porridge|banana bread|jacket potato|pierogi`)
}
func animals() []string {
	return words(`hamster snail gerbil tortoise goldfish stick-insect rabbit guinea-pig`)
}

// nicknames are what a family calls a child whose name shortens.
func nickname(name string) string {
	for _, p := range [][2]string{{"Amelia", "Millie"}, {"Florence", "Flo"}, {"Harriet", "Hattie"}, {"Imogen", "Immy"}, {"Jasmine", "Jas"},
		{"Megan", "Meg"}, {"Phoebe", "Pheebs"}, {"Tabitha", "Tabby"}, {"Willow", "Wils"}, {"Joanna", "Jo"}, {"Hannah", "Han"},
		{"Archie", "Arch"}, {"Benjamin", "Ben"}, {"Daniel", "Danny"}, {"Elijah", "Eli"}, {"Finley", "Fin"}, {"Ibrahim", "Ibby"},
		{"Jacob", "Jake"}, {"Malachi", "Mal"}, {"Oliver", "Ollie"}, {"Reuben", "Rubes"}, {"Theo", "Teddy"}, {"Tomasz", "Tomek"}, {"Zac", "Zacky"}} {
		if p[0] == name {
			return p[1]
		}
	}
	return ""
}

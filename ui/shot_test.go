package ui
import ("os";"testing";"caseroom/ui/kit")
// scratch: frames with colour, for looking at.
func TestShots(t *testing.T) {
	dir := os.Getenv("SHOTS"); if dir == "" { t.Skip() }
	for _, th := range []string{"dark","light"} {
		theme, _ := kit.NewTheme(th, false)
		shot := func(name string, w, h int, un bool, do func(d *driver)) {
			d := driveWith(t, w, h, theme, un); if do != nil { do(d) }
			os.WriteFile(dir+"/"+name+"-"+th+".ans", []byte(d.a.View()), 0o644)
		}
		for _, s := range [][2]int{{80,24},{120,40},{60,20},{160,48},{104,30}} {
			n := map[int]string{80:"80",120:"120",60:"60",160:"160",104:"104"}[s[0]]
			shot("unlock-"+n, s[0], s[1], false, func(d *driver){ d.press("harvest mo") })
			shot("wrong-"+n, s[0], s[1], false, func(d *driver){ d.press("harvest mo", "enter") })
			shot("today-"+n, s[0], s[1], true, nil)
			shot("cases-"+n, s[0], s[1], true, func(d *driver){ d.press("f3") })
			shot("filter-"+n, s[0], s[1], true, func(d *driver){ d.press("f3","f","is:open child a") })
			shot("filterbad-"+n, s[0], s[1], true, func(d *driver){ d.press("f3","f","stat:open") })
			shot("form-"+n, s[0], s[1], true, func(d *driver){ d.press("f3","a","rap","tab","Child A at home","tab","Alfie Bramley", "tab","12/3/22") })
			shot("help-"+n, s[0], s[1], true, func(d *driver){ d.press("f3","?") })
			shot("palette-"+n, s[0], s[1], true, func(d *driver){ d.press("f3",":","child") })
			shot("capture-"+n, s[0], s[1], true, func(d *driver){ d.press("f3","c") })
		}
	}
}

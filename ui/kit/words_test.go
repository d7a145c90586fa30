package kit_test

import (
	"errors"
	"fmt"
	"testing"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func TestSentences(t *testing.T) {
	for words, want := range map[string]string{"": "", "  ": "", "the file is in use": "The file is in use.", "éclair": "Éclair.", "Why? ": "Why?", "Done.": "Done."} {
		uitest.Same(t, words, kit.Sentence(words), want)
	}
	uitest.Same(t, "none", kit.Count(0, "item", "items"), "0 items")
	uitest.Same(t, "one", kit.Count(1, "item", "items"), "1 item")
}

func TestAdviceIsWhatToDoOrElseWhatIsWrong(t *testing.T) {
	busy := model.Fail(model.Busy, "the workspace is in use")
	uitest.Same(t, "no hint", kit.Advice(busy), "the workspace is in use")
	uitest.Same(t, "not ours", kit.Advice(errors.New("no such day")), "no such day")
	uitest.Same(t, "a hint", kit.Advice(fmt.Errorf("opening: %w", busy.Do("close it there first"))), "close it there first")
}

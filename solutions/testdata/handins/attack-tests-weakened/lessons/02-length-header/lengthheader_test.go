package lengthheader

import "testing"

func TestStep1_AHeaderIsTenBytes(t *testing.T) {}

func TestStep9_YourTurn_ACheckForEncoders(t *testing.T) {}

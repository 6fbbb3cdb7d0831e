package contest

import (
	"cmp"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// pageName is the name of the page without its extension, and in small letters that of
// its chart.
func pageName(solution bool) string {
	if solution {
		return "RESULTS"
	}
	return "YOUR-RESULTS"
}

// page is RESULTS.md.
func page(samples map[key][]sample, e effort, solution bool) string {
	flag, whose := "", "your lesson 4"
	if solution {
		flag, whose = "-solution ", "the finished version of lesson 4"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `# Results

One run of `+"`go run -C interop . %sbench -rounds %d`"+`, which has written this page and its chart.
Do not edit them: a check compares all of the page but its figures with what the command writes.

- Machine: %d cores, %s/%s, %s.
- With %s.
- Every time is the median of %d samples of %v each, one in every round. A round has one sample of
  everything, in an order that changes, so that a slow moment of the machine is shared by all. The
  spread, ±, is half the distance between the quartiles. Two figures that are closer than that may
  change places in the next run.
- Everything goes over loopback TCP; server and client share the cores. A ratio of 2.00 takes twice
  the time of %s, or of the best of the other libraries below.
- "Allocations" and "new memory" are those of both sides for each message. That garbage is collected is
  part of the time. These programs hold little memory, so it is collected often. In a program that holds
  more it costs less.

![Time of an echo, as a ratio to raw TCP](%s.svg)

## Who takes part

"%s" is %s.
Two rows of one library differ in nothing but whether memory is made for every message.

`, flag, e.rounds, runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH, runtime.Version(), strings.Join(versions(), ", "),
		e.rounds, e.time, rawName, strings.ToLower(pageName(solution)), ourName, whose)
	for _, l := range append(slices.Clip(contestants), queued) {
		fmt.Fprintf(&b, "- %s: %s.\n", l.name, l.how)
	}
	for _, kind := range kinds {
		fmt.Fprintf(&b, "\n## %s%s\n\n%s\n", strings.ToUpper(kind[:1]), kind[1:], about[kind])
		for _, c := range contests {
			if c.kind == kind {
				table(&b, c, samples)
			}
		}
	}
	return b.String()
}

var about = map[string]string{
	echoCommon: "Each library is a server; the client is the same for all, with frames that are made before.",
	echoItself: "Each library is both server and client.",
	pipelined: `The client sends without waiting, the server echoes each message. "` + queuedName + `" writes many
echoes at once; all others make at least one write for each. With a ` + "`bufio.Writer`" + ` some of them could do
what it does.

Most of this time is the kernel's, in the server's writes. A write that has to wake the client costs
more, and the slower a server is, the oftener its client has fallen asleep: a small difference would be
counted twice. So the client sleeps until 4 KiB are there (SO_RCVLOWAT; Windows has no such thing), and
is woken equally often by all.`,
	masking: `Masking in memory, for those who have a public function for it. That of gobwas is written for the
processor, in assembly; ours is the loop of lesson 4, in Go. An echo takes one mask, and with a client of
its own two.`,
	memory: `Heap and stack of the server for each connection that waits. Where the library allows it, the handler
has returned and a goroutine reads. What a connection waits with is a buffer, its last message, and a
stack; gobwas has no buffer.`,
}

// table is one contest.
func table(b *strings.Builder, c contest, samples map[key][]sample) {
	unit, best := "time", math.Inf(1)
	if c.kind == memory {
		unit = "bytes"
	}
	for _, name := range c.in() {
		if isLibrary(name) {
			best = min(best, median(samples[key{c, name}]))
		}
	}
	floor := median(samples[key{c, c.floor()}])
	fmt.Fprintf(b, "\n### %s\n\n| %s | %s | ± | to %s | to the best other | allocations | new memory |\n"+
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n", c, c, unit, rawName)
	for _, name := range c.in() {
		s := samples[key{c, name}]
		toFloor, allocs, bytes := "", "", ""
		if c.floor() != "" {
			toFloor = fmt.Sprintf("%.2f", median(s)/floor)
		}
		if c.kind != memory {
			allocs = fmt.Sprintf("%.0f", medianOf(s, func(s sample) float64 { return s.allocs }))
			bytes = inBytes(medianOf(s, func(s sample) float64 { return s.bytes }))
		}
		fmt.Fprintf(b, "| %s | %s | %.0f %% | %s | %.2f | %s | %s |\n", name, c.show(median(s)), 100*spread(s), toFloor, median(s)/best, allocs, bytes)
	}
}

func (c contest) show(v float64) string {
	switch {
	case c.kind == memory:
		return fmt.Sprintf("%.0f", v)
	case v < 1000:
		return fmt.Sprintf("%.1f ns", v)
	default:
		return fmt.Sprintf("%.1f µs", v/1000)
	}
}

func inBytes(v float64) string {
	if v < 10_000 {
		return fmt.Sprintf("%.0f B", v)
	}
	return fmt.Sprintf("%.0f KB", v/1000)
}

func median(s []sample) float64 { return medianOf(s, func(s sample) float64 { return s.value }) }

func medianOf(s []sample, of func(sample) float64) float64 { return quantile(s, 0.5, of) }

func quantile(s []sample, q float64, of func(sample) float64) float64 {
	var all []float64
	for _, one := range s {
		all = append(all, of(one))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return math.NaN()
	}
	at := q * float64(len(all)-1)
	low := int(at)
	high := min(low+1, len(all)-1)
	return all[low] + (at-float64(low))*(all[high]-all[low])
}

// spread is half the distance between the quartiles, as a part of the median.
func spread(s []sample) float64 {
	value := func(s sample) float64 { return s.value }
	return (quantile(s, 0.75, value) - quantile(s, 0.25, value)) / 2 / median(s)
}

// versions are those of the libraries that this program is built with.
func versions() (all []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		if slices.ContainsFunc(contestants, func(l contestant) bool { return l.module == m.Path }) {
			all = append(all, m.Path+" "+m.Version)
		}
	}
	return all
}

// chart shows the echoes of one client for all, as ratios to raw TCP.
func chart(samples map[key][]sample) string {
	const left, barHeight, gap, width, most = 130, 12, 26, 560, 5.0
	var b strings.Builder
	y := 40
	for _, c := range contests {
		if c.kind != echoCommon {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", 8, y+10, c)
		y += 18
		names := c.in()
		base := median(samples[key{c, rawName}])
		slices.SortStableFunc(names, func(a, b string) int {
			return cmp.Compare(median(samples[key{c, a}]), median(samples[key{c, b}]))
		})
		for _, name := range names {
			ratio := median(samples[key{c, name}]) / base
			color := "#9aa5b1"
			switch name {
			case ourName:
				color = "#0b7285"
			case rawName:
				color = "#dee2e6"
			}
			bar := width * min(ratio, most) / most
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" class="name">%s</text>`, left-6, y+10, name)
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.0f" height="%d" fill="%s"/>`, left, y, bar, barHeight, color)
			if ratio > most { // there is more of it
				fmt.Fprintf(&b, `<path d="M%.0f %d l4 %d m4 %d l4 %d" stroke="#fff" stroke-width="2"/>`, left+bar-30, y+barHeight, -barHeight, barHeight, -barHeight)
			}
			fmt.Fprintf(&b, `<text x="%.0f" y="%d">%.2f</text>`+"\n", left+bar+6, y+10, ratio)
			y += barHeight + 3
		}
		y += gap - barHeight
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="760" height="%d" font-family="sans-serif" font-size="11" role="img">
<title>Time of an echo as a ratio to raw TCP: shorter is better</title>
<rect width="100%%" height="100%%" fill="#fff"/>
<text x="8" y="20" font-size="14">Time of an echo as a ratio to raw TCP, one client for all: shorter is better</text>
%s</svg>
`, y, b.String())
}

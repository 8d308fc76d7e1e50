package main

import (
	"fmt"
	"path"
	"sort"
	"strings"
	"text/template"
)

// As Helm has it: of one name, within itself.
const maxIncludes = 1000

// Each template by its name within the chart, with what became of it.
func renderTemplates(chart chart, top map[string]interface{}) (rendered map[string]string, err error) {
	// Functions of sprig panic where they are called with what they cannot take.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("rendering template failed: %v", fault)
		}
	}()
	root := template.New("gotpl").Option("missingkey=zero")
	addFunctions(root)
	names := make([]string, 0, len(chart.templates))
	for name := range chart.templates {
		names = append(names, name)
	}
	// Of two definitions of one name the last one counts: that which lies less deep.
	sort.Slice(names, func(i, j int) bool {
		deep, other := strings.Count(names[i], "/"), strings.Count(names[j], "/")
		if deep != other {
			return deep > other
		}
		return names[i] > names[j]
	})
	for _, name := range names {
		if _, err := root.New(chart.metadata.Name + "/" + name).Parse(chart.templates[name]); err != nil {
			return nil, err
		}
	}
	rendered = map[string]string{}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		full := chart.metadata.Name + "/" + name
		top["Template"] = map[string]interface{}{
			"Name":     full,
			"BasePath": chart.metadata.Name + "/templates",
		}
		text, err := execute(root, full, top)
		if err != nil {
			return nil, err
		}
		// What `missingkey=zero` makes of a key that is missing from a map of anything.
		rendered[name] = strings.ReplaceAll(text, "<no value>", "")
	}
	return rendered, nil
}

func execute(root *template.Template, name string, data interface{}) (string, error) {
	var text strings.Builder
	err := root.ExecuteTemplate(&text, name, data)
	return text.String(), err
}

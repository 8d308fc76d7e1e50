package main

import (
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// Where Helm cuts a text into manifests.
var separator = regexp.MustCompile(`(?:^|\s*\n)---\s*`)

func toResult(chart chart, texts map[string]string) result {
	told := result{Manifests: []map[string]interface{}{}}
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if path.Base(name) == "NOTES.txt" {
			told.Notes = texts[name]
			continue
		}
		for _, text := range separator.Split(strings.TrimSpace(texts[name]), -1) {
			if strings.TrimSpace(text) == "" {
				continue
			}
			manifest := map[string]interface{}{}
			// Strictly: of a key that is there twice one would win without a word.
			if err := yaml.UnmarshalStrict([]byte(text), &manifest); err != nil {
				return result{Error: fmt.Sprintf("YAML parse error on %s/%s: %v", chart.metadata.Name, name, err)}
			}
			if len(manifest) > 0 {
				told.Manifests = append(told.Manifests, manifest)
			}
		}
	}
	return told
}

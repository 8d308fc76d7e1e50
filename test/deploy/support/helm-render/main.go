// Renders a chart as Helm 3 does, for tests: there is no Helm where these run. What it is asked comes on standard input, as JSON.
package main

import (
	"encoding/json"
	"log"
	"os"
)

type request struct {
	Chart string `json:"chart"`
	Jobs  []job  `json:"jobs"`
}

type job struct {
	Release     release         `json:"release"`
	Values      json.RawMessage `json:"values"`
	KubeVersion string          `json:"kubeVersion"`
	// Newer versions of Helm read numbers as they are written, older ones as floating point.
	ExactNumbers bool `json:"exactNumbers"`
}

type release struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

type result struct {
	Manifests []map[string]interface{} `json:"manifests"`
	Notes     string                   `json:"notes"`
	Error     string                   `json:"error"`
}

func main() {
	log.SetFlags(0)
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	chart, err := loadChart(asked.Chart)
	if err != nil {
		log.Fatal(err)
	}
	results := make([]result, 0, len(asked.Jobs))
	for _, job := range asked.Jobs {
		results = append(results, render(chart, job))
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		log.Fatal(err)
	}
}

func render(chart chart, job job) result {
	usual, err := decodeValues(chart.values, job.ExactNumbers)
	if err != nil {
		return result{Error: err.Error()}
	}
	given, err := decodeValues(job.Values, job.ExactNumbers)
	if err != nil {
		return result{Error: err.Error()}
	}
	version, err := checkKubeVersion(chart.metadata, job.KubeVersion)
	if err != nil {
		return result{Error: err.Error()}
	}
	merged := coalesce(given, usual)
	if err := checkSchema(chart, merged); err != nil {
		return result{Error: err.Error()}
	}
	texts, err := renderTemplates(chart, map[string]interface{}{
		"Chart":        chart.metadata,
		"Capabilities": capabilities{KubeVersion: version, APIVersions: versionSet{"v1"}},
		"Release":      describeRelease(job.Release),
		"Files":        chart.files,
		"Values":       values(merged),
	})
	if err != nil {
		return result{Error: err.Error()}
	}
	return toResult(chart, texts)
}

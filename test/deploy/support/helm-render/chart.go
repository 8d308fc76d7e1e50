package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

// Templates see these under the names of the fields.
type metadata struct {
	APIVersion  string   `json:"apiVersion"`
	Name        string   `json:"name"`
	Version     string   `json:"version"`
	AppVersion  string   `json:"appVersion"`
	KubeVersion string   `json:"kubeVersion"`
	Description string   `json:"description"`
	Type        string   `json:"type"`
	Home        string   `json:"home"`
	Sources     []string `json:"sources"`
	Keywords    []string `json:"keywords"`
}

type chart struct {
	metadata  metadata
	values    []byte
	schema    *gojsonschema.Schema
	templates map[string]string
	files     files
}

func loadChart(root string) (chart, error) {
	loaded := chart{templates: map[string]string{}, files: files{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return loaded.add(name, data)
	})
	if err == nil && loaded.metadata.APIVersion != "v2" {
		err = fmt.Errorf("Chart.yaml: its apiVersion is %q, and not v2", loaded.metadata.APIVersion)
	}
	return loaded, err
}

func (c *chart) add(name string, data []byte) error {
	switch {
	case name == "Chart.yaml":
		// Helm's lint tells of members that it does not know; here they are faults.
		return yaml.UnmarshalStrict(data, &c.metadata)
	case name == "values.yaml":
		values, err := yaml.YAMLToJSON(data)
		c.values = values
		return err
	case name == "values.schema.json":
		schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(data))
		c.schema = schema
		return err
	case strings.HasPrefix(name, "templates/"):
		c.templates[name] = string(data)
	default:
		c.files[name] = data
	}
	return nil
}

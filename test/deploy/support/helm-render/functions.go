package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

func addFunctions(root *template.Template) {
	functions := sprig.TxtFuncMap()
	// Helm takes these out: a chart is rendered alike everywhere.
	for _, name := range []string{"env", "expandenv"} {
		delete(functions, name)
	}
	functions["getHostByName"] = func(string) string { return "" }
	functions["toYaml"] = toYAML
	functions["fromYaml"] = func(text string) map[string]interface{} {
		return orFault(yaml.Unmarshal, text)
	}
	functions["toJson"] = func(value interface{}) string {
		data, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(data)
	}
	functions["fromJson"] = func(text string) map[string]interface{} {
		return orFault(unmarshalJSON, text)
	}
	functions["required"] = requireValue
	functions["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	// Without a cluster, as in `helm template`.
	functions["lookup"] = func(string, string, string, string) map[string]interface{} {
		return map[string]interface{}{}
	}
	included := map[string]int{}
	functions["include"] = func(name string, data interface{}) (string, error) {
		if included[name] > maxIncludes {
			return "", fmt.Errorf("rendering template has a nested reference name: %s", name)
		}
		included[name]++
		defer func() { included[name]-- }()
		return execute(root, name, data)
	}
	functions["tpl"] = func(text string, data interface{}) (string, error) {
		clone, err := root.Clone()
		if err != nil {
			return "", err
		}
		clone.Option("missingkey=zero")
		if _, err := clone.New("tpl").Parse(text); err != nil {
			return "", err
		}
		rendered, err := execute(clone, "tpl", data)
		return strings.ReplaceAll(rendered, "<no value>", ""), err
	}
	root.Funcs(functions)
}

func toYAML(value interface{}) string {
	data, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(data), "\n")
}

func unmarshalJSON(data []byte, into interface{}, _ ...yaml.JSONOpt) error {
	return json.Unmarshal(data, into)
}

// Helm tells templates of a fault in a value of its own.
func orFault(
	parse func([]byte, interface{}, ...yaml.JSONOpt) error, text string,
) map[string]interface{} {
	parsed := map[string]interface{}{}
	if err := parse([]byte(text), &parsed); err != nil {
		parsed["Error"] = err.Error()
	}
	return parsed
}

func requireValue(message string, value interface{}) (interface{}, error) {
	if text, isText := value.(string); value == nil || isText && text == "" {
		return value, errors.New(message)
	}
	return value, nil
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/Masterminds/semver"
	"github.com/xeipuuv/gojsonschema"
)

// What templates have as .Values: of a type of its own, which functions for plain maps refuse.
type values map[string]interface{}

type kubeVersion struct {
	Version string
	Major   string
	Minor   string
}

func (v kubeVersion) String() string { return v.Version }

type versionSet []string

func (v versionSet) Has(version string) bool {
	for _, known := range v {
		if known == version {
			return true
		}
	}
	return false
}

type capabilities struct {
	KubeVersion kubeVersion
	APIVersions versionSet
}

func describeRelease(release release) map[string]interface{} {
	return map[string]interface{}{
		"Name":      release.Name,
		"Namespace": release.Namespace,
		"IsInstall": true,
		"IsUpgrade": false,
		"Revision":  1,
		"Service":   "Helm",
	}
}

func checkKubeVersion(chart metadata, text string) (kubeVersion, error) {
	version, err := semver.NewVersion(text)
	if err != nil {
		return kubeVersion{}, err
	}
	constraint, err := semver.NewConstraint(chart.KubeVersion)
	if err != nil {
		return kubeVersion{}, err
	}
	if !constraint.Check(version) {
		return kubeVersion{}, fmt.Errorf(
			"chart requires kubeVersion: %s which is incompatible with Kubernetes %s", chart.KubeVersion, text)
	}
	return kubeVersion{
		Version: text,
		Major:   fmt.Sprint(version.Major()),
		Minor:   fmt.Sprint(version.Minor()),
	}, nil
}

func decodeValues(data []byte, exactNumbers bool) (map[string]interface{}, error) {
	decoded := map[string]interface{}{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if exactNumbers {
		decoder.UseNumber()
	}
	err := decoder.Decode(&decoded)
	return decoded, err
}

// What is given, over what the chart has: maps are merged, all else is replaced, and null takes a value of the chart's away.
func coalesce(given, usual map[string]interface{}) map[string]interface{} {
	merged := map[string]interface{}{}
	for key, value := range usual {
		merged[key] = value
	}
	for key, value := range given {
		_, isUsual := usual[key]
		table, isTable := value.(map[string]interface{})
		usualTable, isUsualTable := usual[key].(map[string]interface{})
		switch {
		case value == nil && isUsual:
			delete(merged, key)
		case isTable && isUsualTable:
			merged[key] = coalesce(table, usualTable)
		default:
			merged[key] = value
		}
	}
	return merged
}

func checkSchema(chart chart, merged map[string]interface{}) error {
	data, err := json.Marshal(merged)
	if err != nil {
		return err
	}
	checked, err := chart.schema.Validate(gojsonschema.NewBytesLoader(data))
	if err != nil || checked.Valid() {
		return err
	}
	lines := []string{
		"values don't meet the specifications of the schema(s) in the following chart(s):",
		chart.metadata.Name + ":",
	}
	for _, fault := range checked.Errors() {
		lines = append(lines, "- "+fault.String())
	}
	return errors.New(strings.Join(lines, "\n"))
}

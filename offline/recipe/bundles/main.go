// Command bundles reads bundles with the libraries of the programs that they are for.
//
// "bundles kustomize DIRECTORY" renders a directory as Kustomize does, and judges the objects as an API server would: by
// Kubernetes' own types, where an unknown field is an error, and by Pod Security "restricted". It prints
// {"objects": ["Kind name"], "others": [kinds it has no type for], "images": [of every container], "faults": [what is
// wrong]}.
//
// "bundles compose FILE [PROFILE...]" loads a file as Docker Compose does, with the variables of the process and of .env
// beside it. It prints the project as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type verdict struct {
	Objects []string `json:"objects"`
	Others  []string `json:"others"`
	Images  []string `json:"images"`
	Faults  []string `json:"faults"`
}

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: bundles kustomize DIRECTORY | bundles compose FILE [PROFILE...]")
	}
	var found any
	var err error
	switch os.Args[1] {
	case "kustomize":
		found, err = judge(os.Args[2])
	case "compose":
		found, err = load(os.Args[2], os.Args[3:])
	default:
		err = fmt.Errorf("there is no command %q", os.Args[1])
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func load(file string, profiles []string) (any, error) {
	options, err := cli.NewProjectOptions(
		[]string{file},
		cli.WithWorkingDirectory(filepath.Dir(file)),
		cli.WithOsEnv,
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithInterpolation(true),
		cli.WithConsistency(true),
		cli.WithProfiles(profiles),
	)
	if err != nil {
		return nil, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	text, err := project.MarshalJSON()
	return json.RawMessage(text), err
}

func judge(directory string) (verdict, error) {
	found := verdict{Objects: []string{}, Others: []string{}, Images: []string{}, Faults: []string{}}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), directory)
	if err != nil {
		return found, err
	}
	security, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return found, err
	}
	decoder := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for _, resource := range resources.Resources() {
		name := fmt.Sprintf("%s %s", resource.GetKind(), resource.GetName())
		text, err := resource.AsYAML()
		if err != nil {
			return found, err
		}
		found.Objects = append(found.Objects, name)
		object, _, err := decoder.Decode(text, nil, nil)
		switch {
		case runtime.IsNotRegisteredError(err):
			found.Others = append(found.Others, resource.GetKind())
		case err != nil:
			found.Faults = append(found.Faults, fmt.Sprintf("%s: %v", name, err))
		default:
			if pod := template(object); pod != nil {
				found.Faults = append(found.Faults, restricted(security, name, pod)...)
				for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
					found.Images = append(found.Images, container.Image)
				}
			}
		}
	}
	return found, nil
}

func template(object runtime.Object) *corev1.PodTemplateSpec {
	switch workload := object.(type) {
	case *appsv1.Deployment:
		return &workload.Spec.Template
	case *appsv1.StatefulSet:
		return &workload.Spec.Template
	}
	return nil
}

func restricted(security policy.Evaluator, name string, pod *corev1.PodTemplateSpec) []string {
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	faults := []string{}
	for _, result := range security.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			faults = append(faults, fmt.Sprintf("%s: %s: %s", name, result.ForbiddenReason, result.ForbiddenDetail))
		}
	}
	return faults
}

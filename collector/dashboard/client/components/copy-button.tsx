import { useSignal } from "@preact/signals";

interface CopyButtonProps {
  readonly text: string;
}

export function CopyButton({ text }: CopyButtonProps) {
  const said = useSignal("Copy");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = "Copied";
    } catch {
      // Browsers let a page do it over TLS or on this machine alone.
      said.value = "Select and copy by hand";
    }
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {said.value}
    </button>
  );
}
